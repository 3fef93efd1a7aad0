// Compiles each file of src/ alone, by the settings of the folder that it runs in: `transpile.mjs swc`, `transpile.mjs babel`.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';

const tool = process.argv[2];
const { transformFileAsync, transformFile } = await import(tool === 'swc' ? '@swc/core' : '@babel/core');

mkdirSync(tool, { recursive: true });
for (const file of readdirSync('src')) {
  const { code } = await (transformFileAsync ?? transformFile)(`src/${file}`);
  writeFileSync(`${tool}/${file.replace('.ts', '.js')}`, code);
}
