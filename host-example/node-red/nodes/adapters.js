'use strict';
// The nodes, as Node-RED runs them. What they offer is the plugin's descriptor: nothing here names a
// command, an event or a property.

const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Adapter, Plugin, Verdict, webhookStatus } = require('../lib/adapter.js');

module.exports = (RED) => {
  const file = RED.settings.whatsappAdapter?.plugin ?? process.env.WFA_PLUGIN;
  if (!file) {
    throw new Error('no plugin: set whatsappAdapter: { plugin: "<path>" } in settings.js, or WFA_PLUGIN');
  }
  const plugin = new Plugin(path.resolve(file));
  const { descriptor } = plugin;
  const properties = [...descriptor.properties, ...descriptor.extensions.properties];
  const expected = new Set(descriptor.events.map((event) => event.name));
  const secrets = properties.filter((property) => property.secret);

  // The editor's script gets the descriptor in front. It is the same for everybody and holds no secret.
  RED.httpAdmin.get('/whatsapp-adapter/editor.js', (_request, response) => {
    const script = fs.readFileSync(path.join(__dirname, 'editor.js'), 'utf8');
    const constant = JSON.stringify(descriptor).replaceAll('<', '\\u003c');
    response.type('text/javascript').send(`(() => {\nconst descriptor = ${constant};\n${script}\n})();\n`);
  });

  /** The text of a form's field as the type that the descriptor says; undefined if it is empty. */
  const typed = (property, value) => {
    if (value === undefined || value === '') return undefined;
    if (property.type === 'integer' || property.type === 'number') return Number(value);
    if (property.type === 'boolean') return value === true || value === 'true';
    return value;
  };

  function Instance(config) {
    RED.nodes.createNode(this, config);
    this.verifyToken = this.credentials?.verifyToken ?? '';
    this.listeners = new Set();
    const values = {};
    for (const property of properties) {
      const from = property.secret ? this.credentials : config.properties;
      const value = typed(property, from?.[property.name]);
      if (value !== undefined) values[property.name] = value;
    }
    const onEvent = (name, event) => {
      const wanting = [...this.listeners].filter((one) => one.event === '' || one.event === name);
      for (const node of wanting) node.send({ topic: name, payload: structuredClone(event) });
      // Handed to the flow is all that Node-RED can promise: it keeps nothing.
      if (wanting.length > 0) return Verdict.ACCEPTED;
      // Without a node for it, as while flows are deployed, the specification's events come again.
      return expected.has(name) ? Verdict.RETRY : Verdict.DROPPED;
    };
    try {
      this.adapter = new Adapter(plugin, values, config.name || this.id, onEvent);
    } catch (error) {
      this.error(error.message);
    }
    this.on('close', (done) => {
      if (this.adapter) this.adapter.close().then(() => done(), done);
      else done();
    });
  }
  const credentials = { verifyToken: { type: 'password' } };
  for (const { name } of secrets) credentials[name] = { type: 'password' };
  RED.nodes.registerType('whatsapp-instance', Instance, { credentials });

  /** The adapter that a node uses, or an error that says where to look. */
  const adapterOf = (config) => {
    const adapter = RED.nodes.getNode(config.instance)?.adapter;
    if (!adapter) throw new Error('its WhatsApp instance is missing or its properties are wrong');
    return adapter;
  };
  const evaluate = ({ value, type }, node, message) => new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, message,
      (error, result) => (error ? reject(error) : resolve(result)));
  });

  /** The id that the statuses of a call bring: what the adapter says it has sent with it, or `own`. */
  const correlationOf = (response, own) => response?.details?.correlationId ?? own;

  function Command(config) {
    RED.nodes.createNode(this, config);
    this.on('input', async (message, send, done) => {
      // All messages that a flow makes of one have its `_msgid`.
      const correlationId = `${this.id}-${message._msgid}-${randomUUID()}`;
      try {
        const request = {};
        for (const [name, member] of Object.entries(config.request ?? {})) {
          const value = member.value === '' && !member.required ? undefined
            : await evaluate(member, this, message);
          if (value !== undefined) request[name] = value;
        }
        this.status({ fill: 'blue', shape: 'dot', text: 'running' });
        message.payload = await adapterOf(config).execute(config.command, request, { correlationId });
        message.correlationId = correlationOf(message.payload, correlationId);
        this.status({});
        send([message, null]);
        done();
      } catch (error) {
        message.payload = error.response;
        message.correlationId = correlationOf(error.response, correlationId);
        // All that the plugin says. Nothing is repeated here: only `retryable` allows it.
        message.error = { ...error, message: error.message };
        this.status({ fill: 'red', shape: 'ring', text: error.code ?? error.message });
        if (this.wires?.[1]?.length > 0) {
          send([null, message]);
          done();
        } else {
          done(error); // nobody takes the second output: a Catch node gets it
        }
      }
    });
  }
  RED.nodes.registerType('whatsapp-command', Command);

  function Event(config) {
    RED.nodes.createNode(this, config);
    this.event = config.event;
    const instance = RED.nodes.getNode(config.instance);
    instance?.listeners?.add(this);
    this.on('close', () => instance?.listeners?.delete(this));
  }
  RED.nodes.registerType('whatsapp-event', Event);

  function Webhook(config) {
    RED.nodes.createNode(this, config);
    const answer = (message) => {
      const adapter = adapterOf(config);
      if (message.req.method === 'GET') {
        const query = new URL(message.req.originalUrl, 'http://localhost').search.slice(1);
        const { verifyToken } = RED.nodes.getNode(config.instance);
        message.payload = adapter.challenge(query, verifyToken);
        message.headers = { 'content-type': 'text/plain' };
      } else if (Buffer.isBuffer(message.payload)) {
        message.payload = adapter.process(message.payload, message.req.get('x-hub-signature-256'));
      } else {
        throw new Error('the body was parsed: tick "Do not parse the body" in the http in node');
      }
    };
    this.on('input', (message, send, done) => {
      try {
        answer(message);
        message.statusCode = 200;
      } catch (error) {
        message.statusCode = webhookStatus(error);
        message.payload = '';
        send(message);
        // What anybody can send is a warning, what is wrong here reaches a Catch node.
        if (message.statusCode < 500) this.warn(`${error.code ?? 'not processed'}: ${error.message}`);
        done(message.statusCode < 500 ? undefined : error);
        return;
      }
      send(message);
      done();
    });
  }
  RED.nodes.registerType('whatsapp-webhook', Webhook);
};
