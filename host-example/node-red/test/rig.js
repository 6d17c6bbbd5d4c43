'use strict';
// What the tests stand on: the emulator and Node-RED as child processes, and how to talk to them.

const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');

const SECRET = '0123456789abcdef0123456789abcdef'; // the emulator's, public
const TOKEN = 'EMULATOR-ACCESS-TOKEN-0123456789';
const VERIFY_TOKEN = 'emulator-verify-token';
const CUSTOMER = '16505551234';
const folder = process.env.NODE_RED_DIR;

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function json(url, method = 'GET', body = undefined, headers = {}) {
  const response = await fetch(url, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (text.startsWith('<')) throw new Error(`${response.status} ${text}`);
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

/** Asks again until `found` answers something true. */
async function until(found, child) {
  for (;;) {
    const answer = await found();
    if (answer) return answer;
    const hasEnded = child && (child.exitCode !== null || child.signalCode !== null);
    if (hasEnded) throw new Error('the program has ended');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

class Emulator {
  static async start({ port = 0, options = [] } = {}) {
    const emulator = new Emulator();
    emulator.child = spawn(process.env.WFA_EMULATOR, ['--port', String(port), ...options]);
    emulator.log = '';
    emulator.child.stderr.on('data', (data) => { emulator.log += data; });
    const [line] = await once(readline.createInterface(emulator.child.stdout), 'line');
    emulator.url = line;
    return emulator;
  }

  fault(fault) { return json(`${this.url}/__faults`, 'POST', fault); }

  webhookFault(fault) { return json(`${this.url}/__webhook_faults`, 'POST', { fault }); }

  customerWrites(text) {
    return json(`${this.url}/__inbound`, 'POST', { from: CUSTOMER, type: 'text', text: { body: text } });
  }

  async ledger() { return (await json(`${this.url}/__ledger`)).body; }

  requests(count) {
    return until(async () => {
      const { requests } = await this.ledger();
      return requests.length >= count && requests;
    }, this.child);
  }

  async stop() {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

class NodeRed {
  static async start() {
    const nodeRed = new NodeRed();
    const port = await freePort();
    const user = path.join(folder, 'user');
    nodeRed.url = `http://127.0.0.1:${port}`;
    const settings = {
      uiHost: '127.0.0.1', uiPort: port, userDir: user, flowFile: 'flows.json', credentialSecret: 'tests',
      telemetry: { enabled: false, updateNotification: false },
      workflowAdapters: { plugins: [process.env.WFA_PLUGIN, process.env.WFA_TICKING, process.env.WFA_ECHO] },
      editorTheme: { tours: false, projects: { enabled: false } },
    };
    for (const old of ['flows.json', 'flows_cred.json']) fs.rmSync(path.join(user, old), { force: true });
    const file = path.join(user, 'settings.js');
    fs.writeFileSync(file, `module.exports = ${JSON.stringify(settings)};\n`);
    const script = path.join(folder, 'node_modules/node-red/red.js');
    nodeRed.user = user;
    nodeRed.child = spawn(process.execPath, [script, '--settings', file, '--userDir', user]);
    nodeRed.log = '';
    for (const stream of [nodeRed.child.stdout, nodeRed.child.stderr]) {
      stream.on('data', (data) => { nodeRed.log += data; });
    }
    await until(() => nodeRed.log.includes('Started flows'), nodeRed.child).catch(() => {
      throw new Error(nodeRed.log);
    });
    return nodeRed;
  }

  /** How often flows were started. */
  started() { return this.log.split('Started flows').length; }

  async deploy(flows) {
    const before = this.started();
    const { status, body } = await json(`${this.url}/flows`, 'POST', flows, {
      'content-type': 'application/json', 'node-red-deployment-type': 'full',
    });
    if (status >= 300) throw new Error(`deploy: ${status} ${JSON.stringify(body)}`);
    await until(() => this.started() > before, this.child); // the answer comes before the nodes are there
  }

  async stop() {
    this.child.kill('SIGTERM');
    return once(this.child, 'exit');
  }
}

const appSecret = Buffer.from(SECRET).toString('base64');
const properties = (baseUrl) => ({
  authenticationToken: TOKEN, apiVersion: 'v26.0', phoneNumberId: '106540352242922', baseUrl, appSecret,
});

/** The example flow with this emulator's address, and the secrets as a user would type them in. */
function exampleFlow(baseUrl) {
  const installed = path.join(folder, 'user/node_modules/node-red-whatsapp-adapter');
  const file = path.join(installed, 'examples/reply-to-hello.json');
  const flow = JSON.parse(fs.readFileSync(file, 'utf8'));
  const instance = flow.find((node) => node.type === 'whatsapp-instance');
  instance.properties.baseUrl = baseUrl;
  instance.credentials = { authenticationToken: TOKEN, appSecret, verifyToken: VERIFY_TOKEN };
  return flow;
}

function notification(id, text) {
  return Buffer.from(JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{
      id: '102290129340398',
      changes: [{
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
          contacts: [{ profile: { name: 'Sheena' }, wa_id: CUSTOMER }],
          messages: [{ from: CUSTOMER, id, timestamp: '1750000000', type: 'text', text: { body: text } }],
        },
      }],
    }],
  }));
}

const signature = (body) => `sha256=${crypto.createHmac('sha256', SECRET).update(body).digest('hex')}`;

module.exports = {
  CUSTOMER, Emulator, NodeRed, SECRET, TOKEN, exampleFlow, folder, freePort, json, notification, properties,
  signature, until,
};
