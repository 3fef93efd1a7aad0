/** The server of examples/kubernetes goes without losing a call, and its manifests say what it needs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { createClient } from '@rpcudp/client';
import { Health } from '@rpcudp/core/health';
import { UdpEndpoint } from '@rpcudp/udp';
import { parseAllDocuments } from 'yaml';
import { GRACE_MS_DEFAULT } from '../packages/core/src/limits';
import { DRAIN_MS, FAREWELL_MS } from './kubernetes/leaving';
import { Orders } from './kubernetes/orders';

const FOLDER = join(__dirname, 'kubernetes');

interface Probe {
  readonly exec: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
}

interface Port {
  readonly name: string;
  readonly protocol: string;
  readonly port?: number;
  readonly containerPort?: number;
  readonly targetPort?: string;
}

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly Port[];
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

interface Service {
  readonly kind: 'Service';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly clusterIP: string;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly Port[];
  };
}

interface Deployment {
  readonly kind: 'Deployment';
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly strategy: { readonly rollingUpdate: { readonly maxUnavailable: number; readonly maxSurge: number } };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly Container[] };
    };
  };
}

describe('the manifests', () => {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, 'orders.yaml'), 'utf8'), { strict: true });
  const [service, deployment] = documents.map((document) => document.toJS() as unknown) as [Service, Deployment];
  const { template } = deployment.spec;
  const container = template.spec.containers[0]!;

  test('are well-formed YAML: a service and a deployment', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect([service.kind, deployment.kind]).toEqual(['Service', 'Deployment']);
  });

  test('have a headless service, whose name leads to the pods of the deployment', () => {
    expect(service.spec.clusterIP).toBe('None');
    expect(service.spec.selector).toEqual(deployment.spec.selector.matchLabels);
    expect(template.metadata.labels).toMatchObject(service.spec.selector);
  });

  test('have one port throughout, of UDP: that which the server is told, and the probes ask', () => {
    const [port] = service.spec.ports;
    expect(service.spec.ports).toHaveLength(1);
    expect(container.ports).toEqual([{ name: port!.targetPort, protocol: 'UDP', containerPort: port!.port }]);
    expect(port!.protocol).toBe('UDP');
    expect(container.args).toEqual(['node', 'server.js', String(port!.port)]);
    for (const { exec } of [container.readinessProbe, container.livenessProbe])
      expect(exec.command.join(' ')).toContain(`rpcudp health 127.0.0.1:${port!.port}`);
    expect(readFileSync(join(FOLDER, 'Dockerfile'), 'utf8')).toContain(
      `CMD ${JSON.stringify(container.args).replaceAll(',', ', ')}`,
    );
    expect(readFileSync(join(FOLDER, 'README.md'), 'utf8')).toContain(
      `dns('${service.metadata.name}.default.svc.cluster.local', { port: ${port!.port} })`,
    );
  });

  test('ask for the health of a service that there is', () => {
    const source = readFileSync(join(FOLDER, 'orders.ts'), 'utf8');
    expect(source).toContain(`@RpcService('${container.readinessProbe.exec.command.at(-1)}')`);
  });

  test('kill no pod that drains: neither by a probe, nor before the server has had its time', () => {
    const [shell, flag, script] = container.livenessProbe.exec.command;
    expect([shell, flag]).toEqual(['sh', '-c']);
    expect(script).toMatch(/ \|\| \[ \$\? -eq 1 \]$/);
    const needsMs = DRAIN_MS + FAREWELL_MS + GRACE_MS_DEFAULT;
    expect(1000 * template.spec.terminationGracePeriodSeconds).toBeGreaterThan(needsMs);
  });

  test('replace pods one by one, and never have fewer', () => {
    expect(deployment.spec.replicas).toBeGreaterThan(1);
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });
});

describe('the server', () => {
  let server: ChildProcess;
  let lines: Interface;
  let endpoint: UdpEndpoint;
  let port: string;

  beforeEach(async () => {
    const tsNode = require.resolve('ts-node/dist/bin-transpile.js');
    server = spawn(process.execPath, [tsNode, 'server.ts', '0', '300'], { cwd: FOLDER });
    lines = createInterface({ input: server.stdout! });
    const [line] = (await once(lines, 'line')) as [string];
    port = /^Orders listens on port (\d+)\.$/.exec(line)![1]!;
    endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', logLevel: 'silent' });
  });
  afterEach(async () => {
    server.kill('SIGKILL');
    await endpoint.close({ graceMs: 0 });
  });

  test('told to go while calls are out, answers all of them, refuses the next, and ends', async () => {
    const peer = endpoint.peer(`127.0.0.1:${port}`);
    const orders = createClient(Orders, peer, { timeoutMs: 20_000 });
    const health = createClient(Health, peer);
    const placed = Array.from({ length: 50 }, (_, id) => orders.place(id).orThrow());
    // It was sent last, so the others have arrived.
    expect(await health.check('Orders').orThrow()).toBe('SERVING');
    const refusing = once(lines, 'line');
    server.kill('SIGTERM');
    expect(await refusing).toEqual(['Refusing new calls.']);

    const next = orders.place(50).orThrow();
    await expect(next).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
    expect(await health.check('Orders').orThrow()).toBe('NOT_SERVING');
    const drained = once(lines, 'line');
    expect(await Promise.all(placed)).toEqual(placed.map((_, id) => `order ${id} is placed`));
    expect(await drained).toEqual([
      'Drained: {"complete":true,"runningHandlers":0,"endedStreams":0,"unacknowledgedReplies":0}',
    ]);
    const late = orders.place(51).orThrow();
    await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
    expect(await once(server, 'exit')).toEqual([0, null]);
  });
});
