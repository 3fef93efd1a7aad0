import { spawnSync } from 'node:child_process';
import { run } from './command';

async function script(shell: string): Promise<string> {
  const { code, stdout, stderr } = await run(['completion', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** What bash offers for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const line = ['rpcudp', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _rpcudp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${await script('bash')}\n${ask}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test('bash completes commands, options, and the values of options', async () => {
  expect(await offered('c')).toEqual(['call', 'completion']);
  expect(await offered('call', '127.0.0.1:1234', '--t')).toEqual(['--timeout']);
  expect(await offered('call', '127.0.0.1:1234', '--delivery', '')).toEqual([
    'at-most-once',
    'idempotent',
    'best-effort',
  ]);
  expect(await offered('ping', '--wire', 'r')).toEqual(['rpcudp']);
  expect(await offered('completion', 'z')).toEqual(['zsh']);
  expect(await offered('help', 'd')).toEqual(['describe', 'dht', 'decode']);
});

test('zsh and fish know every command, option and value, too', async () => {
  const zsh = await script('zsh');
  expect(zsh).toMatch(/^#compdef rpcudp\n/);
  expect(zsh).toContain(`'*--delivery[how hard to try]:value:(at-most-once idempotent best-effort)'`);
  const fish = await script('fish');
  expect(fish).toContain(`complete -c rpcudp -n __fish_use_subcommand -f -a call -d 'call a method'\n`);
  expect(fish).toContain(
    `complete -c rpcudp -n '__fish_seen_subcommand_from call' -l wire -x -a 'native rpcudp' -d 'the wire to speak`,
  );
});

// Where they are installed, the shells themselves say whether they can read their scripts.
for (const shell of ['bash', 'zsh', 'fish']) {
  if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) continue;
  test(`${shell} can read its script`, async () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: await script(shell), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
}

test('another shell is misuse', async () => {
  const { code, stderr } = await run(['completion', 'csh']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^rpcudp: .+ Allowed choices are bash, zsh, fish\. See: rpcudp help completion\n$/);
});
