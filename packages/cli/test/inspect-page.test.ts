import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import type { Browser, Locator, Page } from 'playwright-core';
import { CHROMIUM, startChromium } from './chromium';
import { Shop, Till, inspectorOf, serveShop } from './inspect-server';
import { RelayThatLosesOne } from './relay-that-loses-one';
import { silent } from './served';

// Where there is none, the end of `npm test` says so, and fails in CI.
const described = CHROMIUM === undefined ? describe.skip : describe;

const IMAGES = join(__dirname, '../../../docs/images');
/** With it, the pictures of the guide are taken anew. */
const PICTURE = { x: 0, y: 0, width: 1180, height: 640 };
const TAKES_PICTURES = process.env.PICTURES === '1';

let till: Till;
let endpoint: UdpEndpoint;
let command: ChildProcess;
let url: string;
let browser: Browser;
let page: Page;
/** All that the page has complained of. */
const complaints: string[] = [];
/** Where the files of the page came from. */
const files = new Set<string>();
const FILE_TYPES: readonly string[] = ['document', 'script', 'stylesheet', 'image', 'font'];

async function open(scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1180, height: 760 } });
  const opened = await context.newPage();
  opened.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  opened.on('pageerror', (error) => complaints.push(String(error)));
  opened.on('request', (request) => {
    if (FILE_TYPES.includes(request.resourceType())) files.add(request.url());
  });
  await opened.goto(url);
  await opened.locator('#status.connected').waitFor();
  return opened;
}

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  till = new Till();
  endpoint = await serveShop(till);
  [command, url] = await inspectorOf(`127.0.0.1:${endpoint.address.port}`);
  browser = await startChromium();
});

afterAll(async () => {
  if (CHROMIUM === undefined) return;
  await browser.close();
  command.kill('SIGKILL');
  await endpoint.close({ graceMs: 0 });
});

beforeEach(async () => {
  if (CHROMIUM === undefined) return;
  page = await open();
});

afterEach(async () => {
  if (CHROMIUM !== undefined) await page.context().close();
});

const method = (name: string): Locator => page.locator(`nav button[data-method="Shop.${name}"]`);
const call = (): Locator => page.getByRole('button', { name: 'Call', exact: true }).last();
const answer = (): Locator => page.locator('#answer .answer');
const value = (): Locator => page.locator('#answer pre.value');
const figure = (name: string): Locator => page.locator(`#answer [data-figure="${name}"]`);

async function picture(name: string): Promise<void> {
  if (!TAKES_PICTURES) return;
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: join(IMAGES, `inspect-${name}.png`), clip: PICTURE });
}

/** Has others call for a while, so that charts have something to show. */
async function callForPicture(): Promise<() => Promise<unknown>> {
  const callers = await Promise.all([1, 2, 3].map(() => UdpEndpoint.bind({ host: '127.0.0.1', logger: silent })));
  const shops = callers.map((caller) => createClient(Shop, caller.peer(endpoint.address)));
  const until = Date.now() + 40_000;
  while (Date.now() < until) {
    for (const shop of shops) void shop.echo(new Uint8Array(200 + Math.random() * 3000));
    await page.waitForTimeout(20 + Math.random() * 60);
  }
  return () => Promise.all(callers.map((caller) => caller.close({ graceMs: 0 })));
}

async function expectShown(locator: Locator, text: string | RegExp): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor();
}

described('the page of the inspector', () => {
  test('lists services with their methods, and filters them', async () => {
    const names = await page.locator('nav button').allTextContents();
    expect(names).toEqual(expect.arrayContaining(['order(order)', 'prices(symbol)', 'pay(cents)', 'about()']));
    await page.getByRole('searchbox').fill('pri');
    expect(await page.locator('nav button').allTextContents()).toEqual(['prices(symbol)']);
  });

  test('calls with nested arguments, and shows the reply with executed, time and size', async () => {
    await method('order').click();
    await page.getByLabel('order.customer').fill('Snake Plissken');
    for (const [index, sku] of ['tape', 'glue'].entries()) {
      await page.getByRole('button', { name: 'Add to order.items' }).click();
      await page.getByLabel(`order.items ${index + 1}.sku`).fill(sku);
      await page.getByLabel(`order.items ${index + 1}.count`).fill(String(index + 2));
    }
    await page.getByLabel('give order.gift').check();
    await page.getByLabel('order.gift', { exact: true }).check();
    await call().click();
    await expectShown(value(), 'Snake Plissken');

    expect(await value().textContent()).toContain('cents: 1250');
    expect(await value().textContent()).toContain('gift: true');
    expect(await value().textContent()).toContain('"2 × tape"');
    expect(await figure('executed').textContent()).toBe('yes');
    expect(await figure('took').textContent()).toMatch(/^[\d.]+ ms$/);
    expect(await figure('size').textContent()).toMatch(/^\d+ B → \d+ B$/);
    await picture('call');
  });

  test('loses nothing of bytes, large integers and dates', async () => {
    await method('exact').click();
    await page.getByLabel('id', { exact: true }).fill('123456789012345678901234567890');
    await page.getByLabel('key', { exact: true }).fill('hex:00ff');
    await page.getByLabel('at', { exact: true }).fill('2026-01-31T12:00:00Z');
    await page.getByRole('button', { name: 'Add to tags' }).click();
    await page.getByLabel('tags 1').fill('a');
    await page.getByLabel('which kind').selectOption({ label: "'large'" });
    await call().click();
    await expectShown(value(), 'Map(');
    for (const part of [
      '123456789012345678901234567890n',
      'hex:00ff',
      '2026-01-31T12:00:00.000Z',
      'Set(["a"])',
      '"large"',
    ])
      expect(await value().textContent()).toContain(part);
  });

  test('takes any value as rpcudp call does, and says what is none', async () => {
    await method('echo').click();
    await page.getByLabel('value', { exact: true }).fill('Map([[1n, hex:00ff], [2, undefined]])');
    await call().click();
    await expectShown(value(), 'Map([[1n, hex:00ff], [2, undefined]])');

    await page.getByLabel('value', { exact: true }).fill('{ nothing');
    await call().click();
    await expectShown(answer(), 'INVALID_ARGUMENT');
    expect(await figure('executed').textContent()).toBe('no');

    await method('exact').click();
    await call().click();
    await expectShown(page.locator('.problem'), 'id: expected a whole number');
    expect(await page.getByLabel('id', { exact: true }).getAttribute('aria-invalid')).toBe('true');
  });

  test('shows the values of a stream as they come, and stops it over there', async () => {
    const ended = till.ended;
    await method('prices').click();
    await page.getByLabel('symbol').fill('X');
    await call().click();
    await expectShown(page.locator('.stream tbody tr'), 'price: 110');
    await picture('stream');
    await page.getByRole('button', { name: 'Stop' }).click();
    await expectShown(page.locator('.stream'), /Stopped after \d+ values/);
    while (till.ended === ended) await page.waitForTimeout(10);
    expect(till.ended).toBe(ended + 1);
  });

  test('sends a stream', async () => {
    await method('sum').click();
    for (const [index, number] of ['1', '2.5'].entries()) {
      await page.getByRole('button', { name: 'Add to values' }).click();
      await page.getByLabel(`values ${index + 1}`).fill(number);
    }
    await call().click();
    await page.getByRole('button', { name: 'Run' }).click();
    await expectShown(value(), '3.5');
  });

  test('asks before it runs what must not run twice, and shows a refusal with executed', async () => {
    await method('pay').click();
    await page.getByLabel('cents').fill('500');
    await call().click();
    await expectShown(page.getByRole('dialog'), 'Shop.pay is declared at-most-once');
    await page.keyboard.press('Escape');
    expect(till.cents).toBe(0);
    await call().click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(till.cents).toBe(0);

    await call().click();
    await page.getByLabel('do not ask for this method again').check();
    await page.getByRole('button', { name: 'Run' }).click();
    await expectShown(value(), '500');

    await page.getByLabel('cents').fill('-1');
    await call().click();
    await expectShown(answer(), 'OUT_OF_RANGE Pay at least one cent.');
    expect(await figure('executed').textContent()).toBe('yes');
    await picture('refusal');
  });

  test('repeats what was called before', async () => {
    await method('echo').click();
    await page.getByLabel('value', { exact: true }).fill("'again'");
    await call().click();
    await expectShown(value(), 'again');
    await method('order').click();
    await page.getByRole('button', { name: 'Repeat Shop.echo' }).click();
    await expectShown(value(), 'again');
    expect(await page.locator('.history tbody tr').count()).toBe(2);
  });

  test('shows peers and calls, and explains their figures', async () => {
    await method('echo').click();
    await page.getByLabel('value', { exact: true }).fill('1');
    await call().click();
    await expectShown(value(), '1');
    await page.getByRole('button', { name: 'Peers', exact: true }).click();
    await expectShown(page.locator('#peers tbody tr'), '127.0.0.1:');
    await expectShown(page.locator('#peers [data-chart="round trip"]'), /[\d.]+ ms/);
    await page.getByRole('button', { name: 'What is window?' }).click();
    await expectShown(page.getByRole('dialog'), 'How many bytes may be on their way');
    await page.keyboard.press('Escape');
    const stop = TAKES_PICTURES ? await callForPicture() : () => Promise.resolve();
    await picture('peers');
    await stop();
    await page.getByRole('button', { name: 'Calls', exact: true }).click();
    await expectShown(page.locator('#calls tbody tr'), 'Shop.echo');
    await picture('calls');
  });

  test('draws the packets of a call as a sequence', async () => {
    await page.getByRole('button', { name: 'Packets', exact: true }).click();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await expectShown(page.locator('#packets'), 'Recording.');
    await page.getByRole('button', { name: 'Call', exact: true }).first().click();
    await method('echo').click();
    await page.getByLabel('value', { exact: true }).fill('Uint8Array([1, 2])');
    await call().click();
    await expectShown(value(), 'hex:0102');
    await page.getByRole('button', { name: 'Packets', exact: true }).click();
    await expectShown(page.locator('.traced button'), '← Shop.echo');
    await expectShown(page.locator('#sequence text'), /#\d+ CALL \d+ B/);
    await expectShown(page.locator('#sequence text'), /#\d+ RESULT \d+ B/);
    await page.getByText('as text').click();
    expect(await page.locator('#sequence li').allTextContents()).toEqual([
      expect.stringMatching(/^received: #\d+ CALL/),
      expect.stringMatching(/^sent: #\d+ RESULT/),
    ]);
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await expectShown(page.locator('#packets'), 'Stopped.');
  });

  test('draws a loss, and the packet that mends it', async () => {
    await using relay = await RelayThatLosesOne.to(endpoint.address);
    await using caller = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent });
    const shop = createClient(Shop, caller.peer(relay.address));
    await page.getByRole('button', { name: 'Packets', exact: true }).click();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await expectShown(page.locator('#packets'), 'Recording.');
    const bytes = new Uint8Array(6_000);
    expect(await shop.echo(bytes).orThrow()).toEqual(bytes);
    await page.locator('.traced button').last().click();
    await expectShown(page.locator('#sequence text.lost'), /^lost [\d.]+ ms$/);
    await page.getByText('as text').click();
    const lines = await page.locator('#sequence li').allTextContents();
    const lost = lines.findIndex((line) => line.includes('lost after'));
    const part = /PART \d+ B \(\d+ of \d+\)/.exec(lines[lost]!)![0];
    expect(lines.slice(lost + 1).some((line) => line.startsWith('sent') && line.includes(part))).toBe(true);
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await picture('packets');
  });

  test('shows markup of a server as the text that it is', async () => {
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await method('echo').click();
    await page.getByLabel('value', { exact: true }).fill(JSON.stringify({ [markup]: markup }));
    await call().click();
    await expectShown(value(), '<img src=x');
    expect(await page.locator('#answer img, #answer script').count()).toBe(0);
    expect(await page.title()).toMatch(/^127\.0\.0\.1:\d+ - rpcudp$/);
  });

  test('can be used with the keyboard alone', async () => {
    await page.keyboard.press('Tab');
    const reach = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${selector} is not reached by Tab.`);
    };
    await reach('nav button[data-method="Shop.echo"]');
    await page.keyboard.press('Enter');
    await reach('textarea');
    await page.keyboard.type("'by keyboard'");
    await page.keyboard.press('Control+Enter');
    await expectShown(value(), 'by keyboard');
    await reach('.why');
    await page.keyboard.press('Enter');
    await expectShown(page.getByRole('dialog'), 'Whether the method ran');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+Tab');
    await reach('.history button');
    await page.keyboard.press('Enter');
    await page.locator('.history tbody tr').nth(1).waitFor();
  });

  test('survives a restart of the server', async () => {
    const { port } = endpoint.address;
    await method('echo').click();
    await page.getByLabel('value', { exact: true }).fill("'still here'");
    await endpoint.close({ graceMs: 0 });
    await page.locator('#status.lost').waitFor();
    endpoint = await serveShop(till, port);
    await page.locator('#status.connected').waitFor();
    await call().click();
    await expectShown(value(), 'still here');
  });

  test('is readable in the dark', async () => {
    const dark = await open('dark');
    const style = 'getComputedStyle(document.body)';
    const colors = await dark.evaluate<string[]>(`[${style}.color, ${style}.backgroundColor]`);
    expect(colors).toEqual(['rgb(227, 231, 237)', 'rgb(20, 23, 28)']);
    await dark.context().close();
  });

  test('has less than 100 KB, and nothing to complain of', async () => {
    const bodies = await Promise.all([...files].map(async (file) => (await fetch(file)).arrayBuffer()));
    const fileBytes = bodies.reduce((sum, body) => sum + body.byteLength, 0);
    expect(files.size).toBeGreaterThan(2);
    expect(fileBytes).toBeGreaterThan(10_000);
    expect(fileBytes).toBeLessThan(100_000);
    expect(complaints).toEqual([]);
  });
});
