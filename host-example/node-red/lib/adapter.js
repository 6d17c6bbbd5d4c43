'use strict';
// Loads any plugin of the workflow-adapter contract, version 1, over koffi: of the library it uses the one
// function that every plugin exports, wfa_entry, and the table that it answers.
//
// Threads. JavaScript runs on one thread, the main one, and nothing here may make it wait for another:
// - a command is submitted, and runs on a thread of the plugin; its end comes through a registered
//   callback, which koffi hands over to the main thread's event loop; of a plugin that submits nothing the
//   command is executed on a thread of koffi's;
// - a webhook is processed at once, on the main thread, and so are its events: microseconds;
// - destroy waits for threads that may at that moment wait for the main thread. Called from there it
//   would wait for ever, so it runs on a thread of koffi's.

const koffi = require('koffi');

const OK = 0;
const OUTCOME_UNKNOWN = 6;
const UNSUPPORTED = 12;
const INTERNAL = 14;
const NAMES = [
  'OK', 'INVALID_ARGUMENT', 'NOT_FOUND', 'INVALID_REQUEST', 'COMMAND_FAILED', 'UNAVAILABLE',
  'OUTCOME_UNKNOWN', 'EVENT_NOT_ACCEPTED', 'BUSY', 'CANCELLED', 'TIMEOUT', 'STATE', 'UNSUPPORTED',
  'UNAUTHENTIC', 'INTERNAL', 'NO_MEMORY',
];
const Verdict = Object.freeze({ ACCEPTED: 0, RETRY: 1, DROPPED: 2 });
const RETRYABLE = 1;
const MAYBE_SENT = 4;

const Text = koffi.struct({ ptr: 'void *', len: 'size_t', release: 'void *', private_data: 'void *' });
const Failure = koffi.struct({
  struct_size: 'uint32_t', result: 'int32_t', flags: 'uint32_t', http_status: 'int32_t',
  remote_code: 'int64_t', retry_after_ms: 'uint64_t', message: Text,
});
const Options = koffi.struct({
  struct_size: 'uint32_t', flags: 'uint32_t', timeout_ms: 'uint64_t', correlation_id: 'void *',
  correlation_id_len: 'size_t',
});
const Host = koffi.struct({
  struct_size: 'uint32_t', abi_major: 'uint16_t', abi_minor: 'uint16_t', name: 'void *',
  version: 'void *', instance_name: 'void *', user_data: 'void *', log_level: 'int32_t',
  log: 'void *', get_extension: 'void *',
});
const lists = ['properties', 'commands', 'events', 'extension_properties', 'extension_commands',
  'extension_events', 'releases'];
const Descriptor = koffi.struct({
  struct_size: 'uint32_t', flags: 'uint32_t', id: 'void *', name: 'void *', display: 'void *',
  version: 'void *', spec_version: 'void *', vendor: 'void *', license: 'void *', docs_url: 'void *',
  ...Object.fromEntries(lists.flatMap((list) => [[list, 'void *'], [`n_${list}`, 'size_t']])),
  json: 'void *', json_len: 'size_t',
});
const Webhook = koffi.struct({ struct_size: 'uint32_t', challenge: 'void *', process: 'void *' });
const OnEvent = koffi.proto('OnEvent', 'int32_t', ['void *', 'void *', 'size_t', 'void *', 'size_t']);
const OnCompletion = koffi.proto('OnCompletion', 'void',
  ['void *', 'uint64_t', 'int32_t', 'void *', 'size_t', 'void *']);
const WebhookCall = koffi.proto('WebhookCall', 'int32_t',
  ['void *', 'void *', 'size_t', 'void *', 'size_t', 'void *', 'void *']);

const proto = (name, result, parameters) => koffi.proto(name, result, parameters);
const ANY = 'void *';
const TEXT = [ANY, 'size_t'];
const CALL = [ANY, ...TEXT, ...TEXT, ANY];
const Release = proto('Release', 'void', [ANY]);
/** The table's functions in their order, behind the sizes and `descriptor`; a plugin may end earlier. */
const FUNCTIONS = {
  extension: proto('GetExtension', ANY, ['const char *']),
  create: proto('Create', 'int32_t', [ANY, ...TEXT, ANY, ANY]),
  destroy: proto('Destroy', 'int32_t', [ANY, 'uint32_t']),
  execute: proto('Execute', 'int32_t', [...CALL, ANY, ANY]),
  on: proto('Register', 'int32_t', [ANY, ...TEXT, ANY, ANY, ANY, ANY, ANY]),
  off: proto('Unregister', 'int32_t', [ANY, 'uint64_t', 'uint32_t']),
  update: proto('Update', 'int32_t', [ANY, ...TEXT, ANY]),
  submit: proto('Submit', 'int32_t', [...CALL, ANY, ANY, ANY, ANY]),
  cancel: proto('Cancel', 'int32_t', [ANY, 'uint64_t']),
  resultName: proto('ResultName', 'const char *', ['int32_t']),
  cancelCalls: proto('CancelCalls', 'int32_t', [ANY, 'uint64_t']),
  poll: proto('Poll', 'int32_t', [ANY, 'uint32_t', 'uint64_t', ANY, ANY]),
  start: proto('Start', 'int32_t', [ANY, ANY]),
};
const NEEDED = ['extension', 'create', 'destroy', 'execute', 'on', 'off'];
/** Where the first function stands: behind struct_size, both versions and `descriptor`. */
const FIRST_FUNCTION = 16;

/** The functions of a table by name; undefined where the plugin does without. */
function functionsOf(table, path) {
  const size = koffi.decode(table, 'uint32_t');
  const functions = {};
  Object.entries(FUNCTIONS).forEach(([name, type], index) => {
    const at = FIRST_FUNCTION + index * 8;
    const pointer = at + 8 <= size ? koffi.decode(table, at, 'void *') : null;
    if (pointer) functions[name] = koffi.decode(pointer, type);
    else if (NEEDED.includes(name)) throw new Error(`${path}: its table has no ${name}`);
  });
  return functions;
}

/** The descriptor's JSON with every list that a plugin may leave out. */
function described(table, path) {
  const { json, json_len: length } = koffi.decode(koffi.decode(table, 8, 'void *'), Descriptor);
  const empty = { properties: [], commands: [], events: [] };
  const descriptor = parsed(text(json, Number(length)));
  if (!descriptor) throw new Error(`${path}: its descriptor is no JSON`);
  const extensions = { ...empty, members: {}, ...descriptor.extensions };
  const whole = { ...empty, ...descriptor, extensions };
  for (const command of [...whole.commands, ...extensions.commands]) command.request ??= [];
  for (const event of [...whole.events, ...extensions.events]) event.properties ??= [];
  return whole;
}

/** A call that did not return OK, with everything that the plugin says of it. */
class AdapterError extends Error {
  constructor(result, failure, response) {
    super(failure?.message || `the plugin answers ${NAMES[result] ?? result} and says no more`);
    this.name = 'AdapterError';
    this.result = result;
    this.code = NAMES[result] ?? 'INTERNAL';
    this.response = response;
    this.retryable = ((failure?.flags ?? 0) & RETRYABLE) !== 0;
    this.maybeSent = ((failure?.flags ?? 0) & MAYBE_SENT) !== 0;
    this.httpStatus = failure?.http_status ?? 0;
    this.remoteCode = Number(failure?.remote_code ?? 0);
    this.retryAfterMs = Number(failure?.retry_after_ms ?? 0);
  }
}

/** What a plugin wrote as JSON; undefined if it is none. */
const parsed = (json) => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
const text = (pointer, length) => (pointer ? koffi.decode.string(pointer, length) : '');
/** Bytes that end in NUL; `koffi.address` of them is good as long as they are held. */
const cString = (string) => Buffer.from(`${string}\0`);
const errorStruct = () => {
  const memory = Buffer.alloc(koffi.sizeof(Failure));
  memory.writeUInt32LE(memory.length);
  return memory;
};
/** The members of a `wfa_error`; its message is still the plugin's. */
const failureOf = (pointer) => {
  const failure = koffi.decode(pointer, Failure);
  return { ...failure, message: text(failure.message.ptr, failure.message.len) };
};

// koffi unloads a library that nobody refers to any more, and a function that was read from a table does
// not refer to its library: without this list a call after the next garbage collection ends the process.
const LIBRARIES = [];

/** A loaded library. There is no unloading: it stays as long as the process lives. */
class Plugin {
  constructor(path) {
    const library = koffi.load(path);
    LIBRARIES.push(library);
    const entry = library.func('wfa_entry', 'void *', ['uint16_t', 'uint16_t']);
    const table = entry(1, 0);
    if (!table) throw new Error(`${path} does not speak version 1 of the contract`);
    this.functions = functionsOf(table, path);
    /** Properties, commands and events, as the contract's JSON has them. */
    this.descriptor = described(table, path);
    /** Whether it takes webhooks as raw bytes. */
    this.hasWebhook = Boolean(this.functions.extension('wfa.webhook/1'));
  }

  /** What the plugin wrote into a `wfa_buffer`; the buffer goes back to it. */
  take(buffer) {
    const { ptr, len, release } = koffi.decode(buffer, Text);
    const taken = text(ptr, Number(len));
    if (release) koffi.decode(release, Release)(buffer);
    return taken;
  }

  /** Throws unless `result` is OK; gives the error's message back in any case. */
  check(result, error, response) {
    if (result === OK) return;
    const failure = { ...koffi.decode(error, Failure) };
    failure.message = this.take(error.subarray(koffi.offsetof(Failure, 'message')));
    throw new AdapterError(result, failure, response);
  }

  /** Whether a command declares that it cannot be repeated without harm. */
  sends(command) {
    const { commands, extensions } = this.descriptor;
    const row = [...commands, ...extensions.commands].find(({ name }) => name === command);
    return row?.traits?.includes('sends') ?? false;
  }

  /**
   * The response to a call as JSON; undefined if there is none. Throws where the call succeeded and its
   * response is no JSON: the plugin is at fault, and how a send ended nobody knows.
   */
  answer(result, response, call) {
    const answer = response ? parsed(response) : undefined;
    if (result !== OK || answer !== undefined || !response) return answer;
    const maybeSent = this.sends(call);
    const message = `the plugin ${this.descriptor.id} is at fault: its response to ${call} is no JSON`;
    throw maybeSent
      ? new AdapterError(OUTCOME_UNKNOWN, { message: `${message}; it may have been sent`, flags: MAYBE_SENT })
      : new AdapterError(INTERNAL, { message });
  }

  webhook() {
    const table = this.functions.extension('wfa.webhook/1');
    if (!table) throw new AdapterError(UNSUPPORTED, { message: 'the plugin has no wfa.webhook/1' });
    const { challenge, process } = koffi.decode(table, Webhook);
    return {
      challenge: koffi.decode(challenge, WebhookCall), process: koffi.decode(process, WebhookCall),
    };
  }
}

/** The adapters that live, by the number that each gives the plugin as its callbacks' `user_data`. */
const adapters = new Map();
let nextKey = 1n;
// One callback of each kind for the whole process, and never given back: a thread of a plugin may still
// be on its way out of koffi's code of a callback when destroy has ended on another thread.
const EVENT_CALLBACK = koffi.register(
  (key, ...event) => adapters.get(BigInt(key))?.event(...event) ?? Verdict.RETRY, koffi.pointer(OnEvent));
const COMPLETION_CALLBACK = koffi.register(
  (key, ...end) => adapters.get(BigInt(key)).ended(...end), koffi.pointer(OnCompletion));

/**
 * One configured instance. `onEvent(name, event)` answers a Verdict, at once; what it throws means
 * RETRY. An event that is no JSON would be none the next time either: it is dropped, and `onWarning(text)`
 * says so. Throws an AdapterError that names the property if one is missing or wrong.
 */
class Adapter {
  constructor(plugin, properties, instance, onEvent, onWarning = console.warn) {
    this.plugin = plugin;
    this.onEvent = onEvent;
    this.onWarning = onWarning;
    this.running = new Map();
    const body = Buffer.from(JSON.stringify(properties));
    const [handle, error, host] = [Buffer.alloc(8), errorStruct(), Buffer.alloc(koffi.sizeof(Host))];
    const named = [cString('node-red'), cString('0.1.0'), cString(instance)];
    const [name, version, instanceName] = named.map(koffi.address);
    koffi.encode(host, Host, {
      struct_size: host.length, abi_major: 1, abi_minor: 0, name, version,
      instance_name: instanceName, user_data: null, log_level: 0, log: null, get_extension: null,
    });
    plugin.check(plugin.functions.create(host, body, body.length, handle, error), error);
    this.handle = handle.readBigUInt64LE();
    // koffi's callbacks do not keep the process alive; one that comes while it ends is a crash.
    this.alive = setInterval(() => {}, 2 ** 30);
    this.key = nextKey++;
    adapters.set(this.key, this);
    plugin.check(plugin.functions.on(this.handle, null, 0, EVENT_CALLBACK, this.key, null, null, error), error);
  }

  event(name, nameLength, body, bodyLength) {
    try {
      const event = parsed(text(body, bodyLength));
      if (event === undefined) {
        this.onWarning('dropped an event that is not JSON');
        return Verdict.DROPPED;
      }
      const verdict = this.onEvent(text(name, nameLength), event);
      return Number.isInteger(verdict) ? verdict : Verdict.RETRY;
    } catch {
      return Verdict.RETRY;
    }
  }

  ended(operation, result, response, length, error) {
    const { command, resolve, reject } = this.running.get(Number(operation));
    this.running.delete(Number(operation));
    try {
      const answer = this.plugin.answer(result, text(response, length), command);
      if (result !== OK) throw new AdapterError(result, failureOf(error), answer);
      resolve(answer);
    } catch (problem) {
      reject(problem);
    }
  }

  /**
   * Lets the plugin raise events outside of calls, if it has a source of such events. A promise: nothing
   * here waits for a thread of the plugin.
   */
  async start() {
    const { start } = this.plugin.functions;
    if (!start) return; // it has no source
    const error = errorStruct();
    const result = await new Promise((resolve, reject) => {
      start.async(this.handle, error, (failed, ended) => (failed ? reject(failed) : resolve(ended)));
    });
    if (result !== UNSUPPORTED) this.plugin.check(result, error);
  }

  /**
   * Runs a command on a thread of the plugin: a promise of the response, or of an AdapterError.
   * `correlationId` (1 to 512 bytes) comes back in status events.
   */
  execute(command, request, { correlationId, timeoutMs = 0 } = {}) {
    return new Promise((resolve, reject) => {
      const [name, body] = [Buffer.from(command), Buffer.from(JSON.stringify(request))];
      const [options, operation] = [Buffer.alloc(koffi.sizeof(Options)), Buffer.alloc(8)];
      const correlation = Buffer.from(correlationId ?? '');
      koffi.encode(options, Options, {
        struct_size: options.length, flags: 0, timeout_ms: timeoutMs,
        correlation_id: correlation.length > 0 ? koffi.address(correlation) : null,
        correlation_id_len: correlation.length,
      });
      const error = errorStruct();
      const { submit, execute: run } = this.plugin.functions;
      const call = [this.handle, name, name.length, body, body.length, options];
      const execute = () => this.executeAside(run, command, call, correlation, resolve, reject);
      if (!submit) {
        execute();
        return;
      }
      // Its end cannot come before the promise is known: that needs this thread.
      const result = submit(...call, COMPLETION_CALLBACK, this.key, operation, error);
      if (result === UNSUPPORTED) {
        this.plugin.take(error.subarray(koffi.offsetof(Failure, 'message')));
        execute();
        return;
      }
      this.plugin.check(result, error);
      this.running.set(Number(operation.readBigUInt64LE()), { command, resolve, reject });
    });
  }

  /** Executes a command on a thread of koffi's; `held` stays as long as it runs. */
  executeAside(run, command, call, held, resolve, reject) {
    const [answer, error] = [Buffer.alloc(koffi.sizeof(Text)), errorStruct()];
    run.async(...call, answer, error, (failed, result) => {
      try {
        if (failed) throw failed;
        const response = this.plugin.answer(result, this.plugin.take(answer), command);
        this.plugin.check(result, error, response);
        resolve(response, held);
      } catch (problem) {
        reject(problem);
      }
    });
  }

  /** Processes a webhook's raw body; its events come before this returns. Throws an AdapterError. */
  process(body, signature) {
    const header = signature === undefined ? null : Buffer.from(signature);
    try {
      return this.plugin.answer(OK, this.call(this.plugin.webhook().process, body, header), 'a webhook');
    } catch (error) {
      error.webhook = { isSigned: Boolean(signature) };
      throw error;
    }
  }

  /** What to answer to the GET that registers a webhook. Throws an AdapterError. */
  challenge(query, verifyToken) {
    return this.call(this.plugin.webhook().challenge, Buffer.from(query), Buffer.from(verifyToken));
  }

  call(webhookCall, one, other) {
    const [answer, error] = [Buffer.alloc(koffi.sizeof(Text)), errorStruct()];
    const result = webhookCall(this.handle, one, one.length, other, other?.length ?? 0, answer, error);
    const response = this.plugin.take(answer);
    this.plugin.check(result, error, parsed(response));
    return response;
  }

  /** Refuses new calls, ends those in flight, each with its outcome; resolves when all have ended. */
  close() {
    this.closing ??= new Promise((resolve, reject) => {
      this.plugin.functions.destroy.async(this.handle, 0, (failed, result) => {
        adapters.delete(this.key);
        clearInterval(this.alive);
        if (failed || result !== OK) reject(failed ?? new AdapterError(result));
        else resolve();
      });
    });
    return this.closing;
  }
}

/**
 * The HTTP status that answers a webhook which ended with this error; undefined is success. It follows
 * from the result and from what the request had: of a body, the contract calls only too large a one an
 * invalid request.
 */
function webhookStatus(error) {
  if (error === undefined) return 200;
  switch (error.code) {
    case 'UNAUTHENTIC': return error.webhook?.isSigned === false ? 401 : 403;
    case 'INVALID_REQUEST': return error.webhook ? 413 : 400;
    case 'EVENT_NOT_ACCEPTED': case 'BUSY': case 'CANCELLED': case 'TIMEOUT': case 'STATE': return 503;
    default: return 500;
  }
}

/** The text of a form's field as the type that the descriptor says; undefined if it is empty. */
function typed({ type }, value) {
  if (value === undefined || value === '') return undefined;
  if (type === 'integer' && /^-?\d+$/.test(value) && !Number.isSafeInteger(Number(value))) {
    return JSON.rawJSON(value.replace(/^(-?)0+(?=\d)/, '$1')); // a number would lose its last digits
  }
  if (type === 'integer' || type === 'number') return Number(value);
  if (type === 'boolean') return value === true || value === 'true';
  if (type === 'array' || type === 'object') return JSON.parse(value);
  return value;
}

module.exports = { Adapter, AdapterError, Plugin, Verdict, typed, webhookStatus };
