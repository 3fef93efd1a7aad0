// Installs the packed packages into a fresh project, as a user would, and runs services from everything that users have.
// The project is scripts/consumer/project/. `--only WORD` runs the checks whose titles have that word, after what has to be
// installed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packagesAlone } from './consumer/alone.mjs';
import { runAll } from './consumer/checks.mjs';
import { compiles, runs } from './consumer/hello.mjs';
import { matrix } from './consumer/matrix.mjs';
import { makeProject } from './consumer/project.mjs';
import { runtimesToTest } from './consumer/runtimes.mjs';
import { generateShapes } from './consumer/shapes.mjs';
import { packAll } from './pack.mjs';

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
const folder = mkdtempSync(join(tmpdir(), 'rpcudp-consumer-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const packages = packAll(folder);
const project = makeProject(join(folder, 'project'), packages);
const { nodes, others } = runtimesToTest();
const alone = packagesAlone(join(folder, 'alone'), packages, nodes);
const runtimes = [...nodes, ...others];
const guide = {
  title: 'the guide to toolchains shows what is run',
  commands: [[process.execPath, 'scripts/consumer/guide.mjs']],
};
process.exitCode = (await passes()) ? 0 : 1;

async function passes() {
  if (!(await runAll([guide, project.install, ...alone.installs, ...runtimes.flatMap(({ install }) => install)])))
    return false;
  const generated = await runAll([generateShapes(project)]);
  const compiled = await runAll(asked(compiles(project)));
  const ran = await runAll(asked([...matrix(project, runtimes), ...runs(project, nodes), ...alone.runs]));
  return generated && compiled && ran;
}

function asked(checks) {
  return only === undefined ? checks : checks.filter(({ title }) => title.toLowerCase().includes(only.toLowerCase()));
}
