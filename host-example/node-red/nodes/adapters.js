'use strict';
// The nodes, as Node-RED runs them. What they offer is the plugin's descriptor: nothing here names a
// command, an event or a property.

const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Adapter, Plugin, Verdict, typed, webhookStatus } = require('../lib/adapter.js');

/** The plugins' files: settings.js first, then WFA_PLUGIN, whose paths are separated as those of PATH. */
const filesOf = ({ workflowAdapters, whatsappAdapter }) => {
  const listed = workflowAdapters?.plugins ?? (whatsappAdapter?.plugin ? [whatsappAdapter.plugin] : undefined);
  return listed ?? (process.env.WFA_PLUGIN ?? '').split(path.delimiter).filter(Boolean);
};

module.exports = (RED) => {
  const files = filesOf(RED.settings);
  if (files.length === 0) {
    throw new Error('no plugin: set workflowAdapters: { plugins: ["<path>"] } in settings.js, or WFA_PLUGIN');
  }
  const plugins = files.map((file) => new Plugin(path.resolve(file)));
  const ids = plugins.map((plugin) => plugin.descriptor.id);
  const double = ids.find((id, at) => ids.indexOf(id) !== at);
  if (double) throw new Error(`two plugins have the id ${double}: ${files.join(', ')}`);

  // The editor's script gets the descriptors in front. They are the same for everybody and hold no secret.
  RED.httpAdmin.get('/workflow-adapter/editor.js', (_request, response) => {
    const script = fs.readFileSync(path.join(__dirname, 'editor.js'), 'utf8');
    const offered = plugins.map((plugin) => ({ ...plugin.descriptor, hasWebhook: plugin.hasWebhook }));
    const constant = JSON.stringify(offered).replaceAll('<', '\\u003c');
    response.type('text/javascript').send(`(() => {\nconst descriptors = ${constant};\n${script}\n})();\n`);
  });
  for (const plugin of plugins) register(RED, plugin);
};

/** Registers the node types of one plugin; their names begin with the descriptor's id. */
function register(RED, plugin) {
  const { descriptor } = plugin;
  const properties = [...descriptor.properties, ...descriptor.extensions.properties];
  const expected = new Set(descriptor.events.map((event) => event.name));
  const secrets = properties.filter((property) => property.secret);

  function Instance(config) {
    RED.nodes.createNode(this, config);
    this.verifyToken = this.credentials?.verifyToken ?? '';
    this.listeners = new Set();
    const valuesOf = () => {
      const values = {};
      for (const property of properties) {
        const from = property.secret ? this.credentials : config.properties;
        const value = typed(property, from?.[property.name]);
        if (value !== undefined) values[property.name] = value;
      }
      return values;
    };
    const onEvent = (name, event) => {
      const wanting = [...this.listeners].filter((one) => one.event === '' || one.event === name);
      for (const node of wanting) node.send({ topic: name, payload: structuredClone(event) });
      // Handed to the flow is all that Node-RED can promise: it keeps nothing.
      if (wanting.length > 0) return Verdict.ACCEPTED;
      // Without a node for it, as while flows are deployed, the specification's events come again.
      return expected.has(name) ? Verdict.RETRY : Verdict.DROPPED;
    };
    try {
      this.adapter = new Adapter(plugin, valuesOf(), config.name || this.id, onEvent,
        (warning) => this.warn(warning));
    } catch (error) {
      this.error(error.message);
    }
    // Events outside of calls may come once the event nodes are there.
    const begin = () => this.adapter?.start().catch((error) => this.error(error.message));
    RED.events.once('flows:started', begin);
    this.on('close', (done) => {
      RED.events.removeListener('flows:started', begin);
      if (this.adapter) this.adapter.close().then(() => done(), done);
      else done();
    });
  }
  const credentials = { verifyToken: { type: 'password' } };
  for (const { name } of secrets) credentials[name] = { type: 'password' };
  RED.nodes.registerType(`${descriptor.id}-instance`, Instance, { credentials });

  /** The adapter that a node uses, or an error that says where to look. */
  const adapterOf = (config) => {
    const adapter = RED.nodes.getNode(config.instance)?.adapter;
    if (!adapter) throw new Error(`its ${descriptor.name} instance is missing or its properties are wrong`);
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
  RED.nodes.registerType(`${descriptor.id}-command`, Command);

  function Event(config) {
    RED.nodes.createNode(this, config);
    this.event = config.event;
    const instance = RED.nodes.getNode(config.instance);
    instance?.listeners?.add(this);
    this.on('close', () => instance?.listeners?.delete(this));
  }
  RED.nodes.registerType(`${descriptor.id}-event`, Event);

  if (!plugin.hasWebhook) return;
  const header = descriptor.webhook?.signatureHeader;

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
        message.payload = adapter.process(message.payload, header && message.req.get(header));
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
  RED.nodes.registerType(`${descriptor.id}-webhook`, Webhook);
}
