'use strict';
// The package in a real Node-RED: webhook, event, command, ledger; then the editor in Chromium.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { chromium } = require('playwright-core');
const {
  CUSTOMER, Emulator, NodeRed, SECRET, TOKEN, exampleFlow, folder, freePort, json, notification, signature,
  until,
} = require('./rig.js');

const WEBHOOK = '/whatsapp';
let emulator;
let nodeRed;
let flow;

/** Beside the example: POST /send runs a command, and answers with what its outputs say. */
const sending = [
  {
    id: 'send-in', type: 'http in', z: 'wa-tab', x: 120, y: 460, url: '/send', method: 'post',
    wires: [['send']],
  },
  {
    id: 'send', type: 'whatsapp-command', z: 'wa-tab', x: 340, y: 460, instance: 'wa-instance',
    command: 'sendMessageText',
    request: {
      phoneNumber: { value: 'payload.to', type: 'msg', required: true },
      message: { value: '"Hello " & payload.name', type: 'jsonata', required: true },
    },
    wires: [['sent'], ['failed']],
  },
  {
    id: 'failed', type: 'change', z: 'wa-tab', x: 560, y: 500, wires: [['sent']],
    rules: [
      { t: 'set', p: 'statusCode', pt: 'msg', to: '502', tot: 'num' },
      { t: 'set', p: 'payload', pt: 'msg', to: 'error', tot: 'msg' },
    ],
  },
  { id: 'sent', type: 'http response', z: 'wa-tab', x: 780, y: 460, wires: [] },
];

/** POST /twice makes two messages of one, which a command sends; POST /own sends an id of its own. */
const naming = [
  {
    id: 'twice-in', type: 'http in', z: 'wa-tab', x: 120, y: 580, url: '/twice', method: 'post',
    wires: [['twice']],
  },
  {
    id: 'twice', type: 'function', z: 'wa-tab', x: 340, y: 580, outputs: 2,
    func: 'return [["Ina", "Jo"].map((name) => ({ payload: { ...msg.payload, name } })), msg];',
    wires: [['pair'], ['named']],
  },
  {
    id: 'pair', type: 'whatsapp-command', z: 'wa-tab', x: 560, y: 580, instance: 'wa-instance',
    command: 'sendMessageText', request: sending[1].request, wires: [[], []],
  },
  {
    id: 'own-in', type: 'http in', z: 'wa-tab', x: 120, y: 640, url: '/own', method: 'post',
    wires: [['own']],
  },
  {
    id: 'own', type: 'whatsapp-command', z: 'wa-tab', x: 340, y: 640, instance: 'wa-instance',
    command: 'sendMessageText',
    request: {
      ...sending[1].request, callbackData: { value: 'payload.id', type: 'msg', required: false },
    },
    wires: [['told'], ['told']],
  },
  {
    id: 'told', type: 'change', z: 'wa-tab', x: 560, y: 640, wires: [['named']],
    rules: [{
      t: 'set', p: 'payload', pt: 'msg', tot: 'jsonata',
      to: '{ "correlationId": correlationId, "code": error.code }',
    }],
  },
  { id: 'named', type: 'http response', z: 'wa-tab', x: 780, y: 620, wires: [] },
];
/** POST /caught runs a command whose second output nobody takes; a Catch node answers. */
const catching = [
  {
    id: 'caught-in', type: 'http in', z: 'wa-tab', x: 120, y: 700, url: '/caught', method: 'post',
    wires: [['uncaught']],
  },
  {
    id: 'uncaught', type: 'whatsapp-command', z: 'wa-tab', x: 340, y: 700, instance: 'wa-instance',
    command: 'sendMessageText', request: sending[1].request, wires: [['sent'], []],
  },
  {
    id: 'catch', type: 'catch', z: 'wa-tab', x: 340, y: 740, scope: ['uncaught'], uncaught: false,
    wires: [['failed']],
  },
];
/** Beside them another plugin: it ticks from a thread of its own, and says how often. */
const ticking = [
  { id: 'clock-node', type: 'ticking-instance', name: 'clock', properties: {} },
  {
    id: 'tick', type: 'ticking-event', z: 'wa-tab', x: 120, y: 780, instance: 'clock-node', event: 'tick',
    wires: [['count']],
  },
  {
    id: 'count', type: 'function', z: 'wa-tab', x: 340, y: 780, outputs: 1, wires: [[]],
    func: 'global.set("seen", [...(global.get("seen") ?? []), msg.payload]);',
  },
  {
    id: 'ticks-in', type: 'http in', z: 'wa-tab', x: 120, y: 840, url: '/ticks', method: 'get',
    wires: [['ticks']],
  },
  {
    id: 'ticks', type: 'ticking-command', z: 'wa-tab', x: 340, y: 840, instance: 'clock-node',
    command: 'ticks', request: {}, wires: [['seen'], ['seen']],
  },
  {
    id: 'seen', type: 'function', z: 'wa-tab', x: 560, y: 840, outputs: 1, wires: [['told-ticks']],
    func: 'msg.payload = { ...msg.payload, seen: global.get("seen") ?? [] }; return msg;',
  },
  { id: 'told-ticks', type: 'http response', z: 'wa-tab', x: 780, y: 840, wires: [] },
];
/**
 * And the SDK's example: what POST /echo brings is echoed, then sent; POST /echo-webhook is a signed webhook; GET
 * /echoed answers with the events. It ticks once: the next tick comes after a day.
 */
const echoing = [
  {
    id: 'echo-node', type: 'echo-instance', name: 'echo', properties: { tickMs: '86400000' },
    credentials: { secret: SECRET },
  },
  {
    id: 'echo-event', type: 'echo-event', z: 'wa-tab', x: 120, y: 900, instance: 'echo-node', event: '',
    wires: [['echo-keep']],
  },
  {
    id: 'echo-keep', type: 'function', z: 'wa-tab', x: 340, y: 900, outputs: 1, wires: [[]],
    func: 'global.set("echoed", [...(global.get("echoed") ?? []), { ...msg.payload, name: msg.topic }]);',
  },
  {
    id: 'echo-in', type: 'http in', z: 'wa-tab', x: 120, y: 960, url: '/echo', method: 'post',
    wires: [['echo']],
  },
  {
    id: 'echo', type: 'echo-command', z: 'wa-tab', x: 340, y: 960, instance: 'echo-node', command: 'echo',
    request: { text: { value: 'payload.text', type: 'msg', required: true } },
    wires: [['echo-send'], ['failed']],
  },
  {
    id: 'echo-send', type: 'whatsapp-command', z: 'wa-tab', x: 560, y: 960, instance: 'wa-instance',
    command: 'sendMessageText',
    request: {
      phoneNumber: { value: CUSTOMER, type: 'str', required: true },
      message: { value: 'payload.text', type: 'msg', required: true },
    },
    wires: [['sent'], ['failed']],
  },
  {
    id: 'echo-post', type: 'http in', z: 'wa-tab', x: 120, y: 1020, url: '/echo-webhook', method: 'post',
    skipBodyParsing: true, wires: [['echo-webhook']],
  },
  {
    id: 'echo-webhook', type: 'echo-webhook', z: 'wa-tab', x: 340, y: 1020, instance: 'echo-node',
    wires: [['sent']],
  },
  {
    id: 'echoed-in', type: 'http in', z: 'wa-tab', x: 120, y: 1080, url: '/echoed', method: 'get',
    wires: [['echoed']],
  },
  {
    id: 'echoed', type: 'function', z: 'wa-tab', x: 340, y: 1080, outputs: 1, wires: [['sent']],
    func: 'msg.payload = global.get("echoed") ?? []; return msg;',
  },
];
const send = (name) => json(`${nodeRed.url}/send`, 'POST', { to: CUSTOMER, name },
  { 'content-type': 'application/json' });
const texts = (requests) => requests.map((request) => request.json.text.body);
const forget = () => fetch(`${emulator.url}/__ledger`, { method: 'DELETE' });

before(async () => {
  nodeRed = await NodeRed.start();
  const port = await freePort();
  flow = [...exampleFlow(`http://127.0.0.1:${port}`), ...sending, ...naming, ...catching, ...ticking,
    ...echoing];
  await nodeRed.deploy(flow);
  const options = ['--webhook-url', nodeRed.url + WEBHOOK];
  emulator = await Emulator.start({ port, options });
});
after(async () => {
  await emulator.stop();
  if (nodeRed.child.exitCode === null) nodeRed.child.kill('SIGKILL');
});

test('x4: a second plugin, which exports wfa_entry alone, runs beside it and ticks by itself', async () => {
  const { count, seen } = await until(async () => {
    const { body } = await json(`${nodeRed.url}/ticks`);
    return body.seen.length >= 3 && body;
  }, nodeRed.child);
  assert.ok(count >= 3, `${count} ticks`);
  assert.equal(new Set(seen.map((tick) => tick.eventId)).size, seen.length);
  assert.equal(seen[0].adapter, 'clock');
});

test('the handshake is answered', async () => {
  await until(() => emulator.log.includes('webhook verified'), emulator.child);
  const wrong = '?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no';
  assert.equal((await fetch(nodeRed.url + WEBHOOK + wrong)).status, 403);
});

test('a hello is answered once, also if its notification comes twice; other words are not', async () => {
  await emulator.customerWrites('good morning');
  await emulator.webhookFault('duplicate_now');
  await emulator.customerWrites('Hello there');
  const [reply] = await emulator.requests(1);
  assert.equal(reply.json.to, CUSTOMER);
  assert.match(reply.correlation, /^wa-reply-/);
  // Two of the customer, one of them twice, and three statuses of the reply.
  const { requests, webhooks } = await until(async () => {
    const ledger = await emulator.ledger();
    return ledger.webhooks.filter((webhook) => webhook.delivered).length >= 6 && ledger;
  }, emulator.child);
  assert.deepEqual(texts(requests), ['Thanks for your message!']);
  assert.ok(webhooks.every((webhook) => webhook.delivered));
});

test('a forged notification is refused, and starts nothing', async () => {
  await forget();
  const body = notification('wamid.forged', 'hello');
  const post = (headers) => fetch(nodeRed.url + WEBHOOK, { method: 'POST', body, headers });
  assert.equal((await post({ 'content-type': 'application/json' })).status, 401);
  const forged = signature(Buffer.from('another body'));
  assert.equal((await post({ 'x-hub-signature-256': forged })).status, 403);
  // The same, signed: it is the first of them that anybody sees.
  assert.equal((await post({ 'x-hub-signature-256': signature(body) })).status, 200);
  assert.equal((await emulator.requests(1)).length, 1);
});

test('the first output has the response, the second the error', async () => {
  const sent = await send('Ann');
  assert.equal(sent.status, 200);
  assert.equal(sent.body.status, 'SUCCESS');
  await emulator.fault({ fault: 'graph', code: 131030 });
  const { status, body } = await send('Ben');
  assert.equal(status, 502);
  assert.equal(body.code, 'COMMAND_FAILED');
  assert.equal(body.remoteCode, 131030);
  assert.equal(body.retryable, false);
  assert.ok(body.message.length > 0);
});

test('h16: an error whose output nobody takes reaches a Catch node', async () => {
  await emulator.fault({ fault: 'graph', code: 131030 });
  const { status, body } = await json(`${nodeRed.url}/caught`, 'POST', { to: CUSTOMER, name: 'Gil' },
    { 'content-type': 'application/json' });
  assert.equal(status, 502);
  assert.match(body.message, /not in allowed list/);
  assert.equal(body.source.id, 'uncaught');
});

test('an unknown outcome comes out once, and nothing sends it again', async () => {
  await forget();
  await emulator.fault({ fault: 'reset_after_body', accepted: true });
  const { status, body } = await send('Cleo');
  assert.equal(status, 502);
  assert.equal(body.code, 'OUTCOME_UNKNOWN');
  assert.deepEqual([body.maybeSent, body.retryable], [true, false]);
  await send('Dan');
  assert.deepEqual(texts((await emulator.ledger()).requests), ['Hello Cleo', 'Hello Dan']);
});

test('two messages made of one have correlation ids of their own', async () => {
  await forget();
  await json(`${nodeRed.url}/twice`, 'POST', { to: CUSTOMER }, { 'content-type': 'application/json' });
  const requests = await emulator.requests(2);
  assert.deepEqual(texts(requests).sort(), ['Hello Ina', 'Hello Jo']);
  const [first, second] = requests.map((request) => request.correlation);
  assert.match(first, /^pair-/);
  assert.notEqual(first, second);
});

test('the correlation id is the one that the statuses bring', async () => {
  await forget();
  const own = async (id) => (await json(`${nodeRed.url}/own`, 'POST',
    { to: CUSTOMER, name: 'Kim', id }, { 'content-type': 'application/json' })).body;
  assert.equal((await own('order 7')).correlationId, 'order 7');
  await emulator.fault({ fault: 'reset_after_body', accepted: true });
  assert.deepEqual(await own('order 8'), { correlationId: 'order 8', code: 'OUTCOME_UNKNOWN' });
  const { correlationId } = await own(undefined);
  assert.match(correlationId, /^own-/);
  const { requests } = await emulator.ledger();
  assert.deepEqual(requests.map((request) => request.correlation),
    ['order 7', 'order 8', correlationId]);
});

test('a deploy while a send waits ends it, and Node-RED goes on', async () => {
  await forget();
  await emulator.fault({ fault: 'silence', ms: 600_000 });
  const waiting = new AbortController();
  const lost = fetch(`${nodeRed.url}/send`, {
    method: 'POST', signal: waiting.signal, headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: CUSTOMER, name: 'Eve' }),
  }).catch(() => undefined);
  await emulator.requests(1);
  assert.equal((await fetch(`${nodeRed.url}/settings`)).status, 200); // the event loop is free
  await nodeRed.deploy(flow);
  waiting.abort();
  await lost;
  assert.equal((await send('Finn')).body.status, 'SUCCESS');
});

test('no secret is written down in plain text, or sent to the editor', async () => {
  const files = ['flows.json', 'flows_cred.json'].map((name) => path.join(nodeRed.user, name));
  for (const file of files) assert.ok(!fs.readFileSync(file, 'utf8').includes(TOKEN), file);
  const credentials = '/credentials/whatsapp-instance/wa-instance';
  for (const url of ['/flows', credentials, '/workflow-adapter/editor.js']) {
    assert.ok(!(await (await fetch(nodeRed.url + url)).text()).includes(TOKEN), url);
  }
  assert.ok(!nodeRed.log.includes(TOKEN));
});

test('the editor shows the example flow, and forms made of the descriptor', async () => {
  const pictures = path.join(folder, 'screenshots');
  fs.mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(nodeRed.url);
    await page.locator('#wa-reply').waitFor();
    const shot = async (name) => {
      // A form slides in: it has arrived when all of it is in the window.
      await page.waitForFunction(() => [...document.querySelectorAll('.red-ui-tray')].every((tray) =>
        tray.getBoundingClientRect().right <= document.documentElement.clientWidth
          && tray.getAnimations().length === 0));
      await page.screenshot({ path: path.join(pictures, name) });
    };
    const visible = async (text) => page.getByText(text, { exact: true }).first().waitFor();
    await visible('WhatsApp command');
    await shot('flow.png');

    await page.locator('#wa-reply').dblclick();
    const tray = page.locator('.red-ui-tray').last();
    await tray.getByText('Destination phone number').waitFor();
    const command = tray.locator('#node-input-command');
    const offered = await command.locator('option').evaluateAll((all) => all.map((one) => one.value));
    assert.deepEqual(offered.slice(0, 3),
      ['sendMessageText', 'sendMessageTextTemplate', 'sendMessageReaction']);
    assert.ok(!offered.includes('processWebhook'), 'what processes webhooks is no step');
    assert.equal(await tray.locator('#whatsapp-message').inputValue(), 'Thanks for your message!');
    await shot('command.png');
    await command.selectOption('sendMessageTextTemplate');
    await tray.getByText('Template Name').waitFor();
    assert.equal(await tray.locator('#whatsapp-languageCode').count(), 1);
    await page.locator('#node-dialog-cancel').click();
    await tray.waitFor({ state: 'detached' });

    await page.locator('#wa-message').dblclick();
    await page.locator('.red-ui-tray').last().getByText('payload.messages[0].from').waitFor();
    await shot('event.png');
    await page.locator('#node-input-btn-instance-edit').click();
    const instance = page.locator('.red-ui-tray').last();
    await instance.getByText('WhatsApp Cloud platform authentication token').waitFor();
    const token = instance.locator('#node-config-input-authenticationToken');
    assert.equal(await token.getAttribute('type'), 'password');
    assert.equal(await token.inputValue(), '__PWRD__');
    assert.equal(await instance.locator('#whatsapp-phoneNumberId').inputValue(), '106540352242922');
    await shot('instance.png');

    // Saved through the form, the instance still sends: its secrets are as they were.
    await instance.locator('#whatsapp-timeoutMs').evaluate((input) => { input.value = '20000'; });
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('#node-config-dialog-ok').waitFor({ state: 'detached' });
    await page.locator('#node-dialog-ok').click();
    const before = nodeRed.started();
    await page.locator('#red-ui-header-button-deploy').click();
    await until(async () => {
      const { body } = await json(`${nodeRed.url}/flows`);
      return body.find((node) => node.id === 'wa-instance').properties.timeoutMs === '20000';
    }, nodeRed.child);
    await until(() => nodeRed.started() > before, nodeRed.child);
    assert.equal((await send('Gil')).body.status, 'SUCCESS');
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
});

test('the echo adapter beside it: what it echoes is sent, its webhook is checked, and it ticks', async () => {
  await forget();
  const headers = { 'content-type': 'application/json' };
  assert.equal((await json(`${nodeRed.url}/echo`, 'POST', { text: 'hi' }, headers)).status, 200);
  assert.deepEqual(texts((await emulator.ledger()).requests), ['hi']);
  const post = async (signed) => {
    const field = { 'x-signature': signature(Buffer.from(signed)) };
    return (await fetch(`${nodeRed.url}/echo-webhook`, { method: 'POST', body: 'posted', headers: field })).status;
  };
  assert.equal(await post('forged'), 403);
  assert.equal(await post('posted'), 200);
  const [tick, events] = await until(async () => {
    const { body } = await json(`${nodeRed.url}/echoed`);
    const ticks = body.filter(({ name }) => name === 'tick');
    return ticks.length > 0 && [ticks[0], body.filter(({ name }) => name === 'echoed')];
  }, nodeRed.child);
  assert.match(tick.eventId, /-1$/);
  assert.deepEqual(events.map(({ text, adapter }) => [text, adapter]), [['hi', 'echo'], ['posted', 'echo']]);
});

test('it stops in order', async () => {
  await emulator.fault({ fault: 'silence', ms: 600_000 });
  await forget();
  const lost = send('Hal').catch(() => undefined);
  await emulator.requests(1);
  assert.deepEqual(await nodeRed.stop(), [0, null]);
  await lost;
});
