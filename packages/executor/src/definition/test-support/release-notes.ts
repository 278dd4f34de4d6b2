/** The workflow every page of the documentation starts from. */
export const RELEASE_NOTES = `name: release-notes
input: { type: object, required: [repo, since], properties: { repo: { type: string }, since: { type: string } } }   # JSON Schema
budget: { steps: 200, duration: 30m, tokens: 100000, cost: 2.50 }      # duration: time with an attempt running, not waiting
deadline: 3d
steps:
  - id: log
    type: shell
    with: { command: git, args: [log, --format=%s, "\${{ input.since }}..HEAD"], cwd: "\${{ input.repo }}" }
    retry: { attempts: 3, backoff: 1s, factor: 2, maxBackoff: 30s }
    timeout: 30s                                                        # per attempt
  - id: classify
    foreach: \${{ steps.log.output.lines }}
    as: subject
    concurrency: 4
    type: shell
    with: { command: ./classify.sh, args: ["\${{ subject }}"] }
  - { id: approve, type: approval, with: { message: "Publish \${{ size(steps.classify.output) }} notes?", timeout: 2d } }
  - { id: publish, type: shell, delivery: at-most-once, with: { command: ./publish.sh } }
output: \${{ steps.publish.output }}
`;

/** The same without what needs more than handlers. */
export const RUNNABLE_RELEASE_NOTES = RELEASE_NOTES.split('\n')
  .filter((line) => !/^budget|^deadline|id: approve/.test(line))
  .join('\n');
