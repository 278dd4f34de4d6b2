import D from 'better-sqlite3'; import {drizzle} from 'drizzle-orm/better-sqlite3'; import {migrate,retryWhileBusy} from '@sisyphus-state/schema/sqlite';
import {fork} from 'node:child_process'; import {mkdtempSync,rmSync,readFileSync} from 'node:fs'; import {join} from 'node:path'; import {fileURLToPath} from 'node:url';
const recipes={
 A(f){const c=new D(f,{timeout:5000});c.pragma('journal_mode = WAL');c.pragma('synchronous=FULL');migrate(drizzle(c));return c;},
 B(f){const c=new D(f,{timeout:5000});migrate(drizzle(c));c.pragma('journal_mode = WAL');return c;},
 C(f){const c=new D(f,{timeout:5000});retryWhileBusy(()=>c.pragma('journal_mode = WAL'),30000);migrate(drizzle(c));return c;},
 D(f){const c=new D(f,{timeout:5000});migrate(drizzle(c));retryWhileBusy(()=>c.pragma('journal_mode = WAL'),30000);return c;},
 E(f){const c=new D(f,{timeout:0});retryWhileBusy(()=>c.pragma('journal_mode = WAL'),30000);migrate(drizzle(c));return c;},
};
if(process.send){ process.on('message',({f,r,hold,close})=>{ if(close){process.exit(0)}
  const t=performance.now(); let err=null,mode=null; try{const c=recipes[r](f); mode=c.pragma('journal_mode',{simple:true}); 
    c.prepare("insert into payloads values (?,1,'x')").run(process.pid+':'+Math.random()); if(c.prepare('select count(*) n from __sisyphus_migrations').get().n!==1) throw new Error('ledger'); c.close();}catch(e){err=(e.code??'')+' '+e.message}
  process.send({err,ms:performance.now()-t,mode}); });
} else {
 const dir=mkdtempSync('/tmp/mig/open-'); const N=Number(process.argv[3]??8), R=Number(process.argv[4]??100);
 const kids=Array.from({length:N},()=>fork(fileURLToPath(import.meta.url)));
 for(const r of (process.argv[2]??'ABCDE')){ const errs={}; const times=[]; const modes={};
  for(let i=0;i<R;i++){ const f=join(dir,`${r}${i}.db`);
   const seed=process.argv[5]; if(seed){ const {copyFileSync}=await import('node:fs'); copyFileSync(seed,f);}
   const res=await Promise.all(kids.map(k=>new Promise(ok=>{k.once('message',ok);k.send({f,r})})));
   for(const x of res){ if(x.err) errs[x.err]=(errs[x.err]??0)+1; times.push(x.ms); modes[x.mode]=(modes[x.mode]??0)+1;} }
  times.sort((a,b)=>a-b); console.log(r,'opens',times.length,'errors',errs,'modes',modes,'ms p50',times[times.length>>1].toFixed(1),'p99',times[Math.floor(times.length*.99)].toFixed(1),'max',times.at(-1).toFixed(1)); }
 kids.forEach(k=>k.kill()); rmSync(dir,{recursive:true});
}
