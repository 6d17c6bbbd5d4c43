'use strict';
// lib/adapter.js alone: no command waits on the main thread, no outcome is lost.

const assert = require('node:assert/strict');
const { after, afterEach, before, beforeEach, test } = require('node:test');
const { Adapter, Plugin, Verdict, typed, webhookStatus } = require('node-red-whatsapp-adapter/lib/adapter.js');
const { CUSTOMER, Emulator, notification, properties, signature } = require('./rig.js');

const plugin = new Plugin(process.env.WFA_PLUGIN);
const TEXT = { phoneNumber: CUSTOMER, message: 'Grüße 📦' };
let emulator;
let adapter;
let verdict;
let events;

before(async () => { emulator = await Emulator.start({ options: ['--no-statuses'] }); });
after(() => emulator.stop());
afterEach(() => adapter.close());
beforeEach(async () => {
  await fetch(`${emulator.url}/__ledger`, { method: 'DELETE' });
  [verdict, events] = [() => Verdict.ACCEPTED, []];
  adapter = new Adapter(plugin, properties(emulator.url), 'demo', (name, event) => {
    events.push([name, event]);
    return verdict();
  });
});

test('a send is accepted with its text and its correlation id', async () => {
  const response = await adapter.execute('sendMessageText', TEXT, { correlationId: 'order-1' });
  const [request] = await emulator.requests(1);
  assert.equal(request.message_id, response.messageId);
  assert.equal(request.json.text.body, TEXT.message);
  assert.equal(request.correlation, 'order-1');
});

test('a refused send says everything', async () => {
  await emulator.fault({ fault: 'graph', code: 131030 });
  await assert.rejects(adapter.execute('sendMessageText', TEXT), {
    name: 'AdapterError', code: 'COMMAND_FAILED', remoteCode: 131030, httpStatus: 400, retryable: false,
  });
});

test('an unknown outcome is one request', async () => {
  await emulator.fault({ fault: 'reset_after_body', accepted: true });
  await assert.rejects(adapter.execute('sendMessageText', TEXT),
    { code: 'OUTCOME_UNKNOWN', maybeSent: true, retryable: false });
  assert.equal((await emulator.requests(1)).length, 1);
});

test('misuse rejects, and queues nothing', async () => {
  await assert.rejects(adapter.execute('sendFax', {}), { code: 'NOT_FOUND', response: undefined });
  await assert.rejects(adapter.execute('sendMessageText', { phoneNumber: CUSTOMER }), /"message"/);
  await adapter.close();
  await assert.rejects(adapter.execute('sendMessageText', TEXT), { code: 'STATE' });
});

test('the event loop runs while 100 sends wait, and closing ends them all', async () => {
  await emulator.fault({ fault: 'silence', ms: 600_000, times: 100 });
  const sends = Array.from({ length: 100 }, () => adapter.execute('sendMessageText', TEXT));
  const ends = Promise.allSettled(sends);
  await emulator.requests(1); // asked for over HTTP by this very thread
  await adapter.close();
  const codes = new Set((await ends).map((end) => end.reason?.code));
  // What had left is unknown; what the plugin still held back was never sent.
  assert.ok(codes.delete('OUTCOME_UNKNOWN'));
  for (const notSent of ['CANCELLED', 'UNAVAILABLE']) codes.delete(notSent);
  assert.deepEqual([...codes], []);
});

test('a webhook brings its events before it is answered', async () => {
  const body = notification('wamid.A', 'Grüße 📦');
  assert.equal(adapter.process(body, signature(body)).details.accepted, 1);
  assert.equal(events[0][0], 'customer_message');
  assert.equal(events[0][1].messages[0].text.body, 'Grüße 📦');
  assert.equal(events[0][1].adapter, 'demo');
});

test('what throws or answers nonsense is delivered again', async () => {
  const body = notification('wamid.B', 'hello');
  const refusing = [() => Verdict.RETRY, () => { throw new Error('full'); }, () => undefined, () => 'yes'];
  for (verdict of refusing) {
    assert.throws(() => adapter.process(body, signature(body)), (error) => webhookStatus(error) === 503);
  }
  verdict = () => Verdict.ACCEPTED;
  assert.equal(adapter.process(body, signature(body)).details.accepted, 1);
});

test('a forged webhook reaches nobody', async () => {
  const body = notification('wamid.C', 'hello');
  const forged = signature(Buffer.concat([body, Buffer.from(' ')]));
  assert.throws(() => adapter.process(body, forged), (error) => webhookStatus(error) === 403);
  assert.throws(() => adapter.process(body, undefined), (error) => webhookStatus(error) === 401);
  const large = Buffer.alloc(2 ** 26, ' ');
  assert.throws(() => adapter.process(large, signature(large)), (error) => webhookStatus(error) === 413);
  assert.throws(() => adapter.challenge('x', 'token'), (error) => webhookStatus(error) === 400);
  assert.deepEqual(events, []);
});

test('a notification as a command brings its events to this thread', async () => {
  const body = notification('wamid.D', 'hello');
  const request = { whatsAppNotification: body.toString(), signature: signature(body) };
  assert.equal((await adapter.execute('processWebhook', request)).status, 'SUCCESS');
  assert.equal(events.length, 1);
});

test('a response that is no JSON is the fault of the plugin, and a send with one is unknown', async () => {
  const [handed, warned] = [[], []];
  const defective = new Adapter(new Plugin(process.env.WFA_GARBLED), {}, 'x',
    (...event) => handed.push(event), (warning) => warned.push(warning));
  try {
    for (const aside of ['', 'Aside']) {
      const message = /plugin garbled is at fault: its response to/;
      await assert.rejects(defective.execute(`send${aside}`, {}),
        { name: 'AdapterError', code: 'OUTCOME_UNKNOWN', maybeSent: true, retryable: false, message });
      await assert.rejects(defective.execute(`look${aside}`, {}),
        { name: 'AdapterError', code: 'INTERNAL', maybeSent: false, retryable: false, message });
    }
    await assert.rejects(defective.execute('refuse', {}), { code: 'COMMAND_FAILED', response: undefined });
    assert.throws(() => defective.process(Buffer.from('{}')),
      (error) => /at fault/.test(error.message) && webhookStatus(error) === 500);
    // So is an event that is no JSON: it would be none the next time either.
    assert.deepEqual([handed, warned], [[], ['dropped an event that is not JSON']]);
  } finally {
    await defective.close();
  }
});

test('an integer of a form keeps its digits', () => {
  for (const digits of ['9007199254740993', '-9223372036854775808', '80']) {
    assert.equal(JSON.stringify({ n: typed({ type: 'integer' }, digits) }), `{"n":${digits}}`);
  }
  assert.deepEqual(typed({ type: 'array' }, '[1]'), [1]);
  assert.equal(typed({ type: 'number' }, ''), undefined);
});

test('what is no plugin is refused', async () => {
  assert.throws(() => new Plugin('/no/such/file.so'));
  assert.throws(() => new Adapter(plugin, {}, 'x', () => 0), /authenticationToken/);
});
