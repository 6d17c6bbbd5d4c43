// The forms of the nodes, made of the plugins' descriptors, which the server puts in front as `descriptors`.

/** One row of a form: what it is called, the field, and what it means. */
const row = (field, input) => {
  const limits = [
    field.type,
    field.required ? 'required' : 'optional',
    field.maxLength === undefined ? '' : `${field.minLength ?? 0} to ${field.maxLength} characters`,
    field.maxValue === undefined ? '' : `${field.minValue ?? 0} to ${field.maxValue}`,
    field.default === undefined ? '' : `default ${field.default}`,
    field.choices ? `one of ${field.choices.join(', ')}` : '',
  ];
  const name = $('<label style="width: 100%">').text(`${field.display || field.name} `);
  name.append($('<code>').text(field.name), field.required ? ' *' : '');
  const hint = `${field.comments ?? field.description ?? ''} (${limits.filter(Boolean).join(', ')})`;
  return $('<div class="form-row">').append(name, input,
    $('<div style="font-size: 12px; color: var(--red-ui-secondary-text-color)">').text(hint));
};

/** Puts the rows of what the specification has into `container`, the others below a heading. */
const fill = (container, fields, inputOf) => {
  const rows = (list) => list.map((field) => row(field, inputOf(field)));
  const extensions = fields.filter((field) => field.extension);
  container.empty().append(rows(fields.filter((field) => !field.extension)));
  if (extensions.length > 0) {
    const more = $('<details class="form-row">');
    more.append($('<summary style="margin-bottom: 12px">').text('Beyond the specification'));
    container.append(more.append(rows(extensions)));
  }
};

const options = (select, list, value) => {
  for (const one of list) select.append($('<option>').val(one.name).text(one.display || one.name));
  select.val(value);
};
const isNumber = (field) => field.type === 'integer' || field.type === 'number';
const isJson = (field) => field.type === 'array' || field.type === 'object';
const parses = (text) => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};
const valid = (field, value) => {
  const text = String(value ?? '');
  if (text === '') return !field.required;
  if (isJson(field)) return parses(text);
  return text.length >= (field.minLength ?? 0) && text.length <= (field.maxLength ?? Infinity);
};

/** A field with what its JSON Schema says beyond the row: the values that it may have. */
const withSchema = (field, schema) => {
  const choices = schema?.properties?.[field.name]?.enum;
  return Array.isArray(choices) ? { ...field, choices: choices.map(String) } : field;
};

/** How a member of a request may be given; the first is what a new node begins with. */
const typesOf = (member) => {
  const anywhere = ['msg', 'flow', 'global', 'jsonata', 'env'];
  if (isJson(member)) return ['json', ...anywhere];
  if (isNumber(member)) return ['num', ...anywhere, 'json'];
  if (member.type === 'boolean') return ['bool', ...anywhere, 'json'];
  const choice = { value: 'choice', label: 'one of', options: member.choices };
  return [...(member.choices ? [choice] : []), 'str', ...anywhere, 'json'];
};

const field = (id, icon, label, input) => `<div class="form-row"><label for="${id}">`
  + `<i class="fa fa-${icon}"></i> ${label}</label> ${input}</div>`;
const text = (id) => `<input type="text" id="${id}">`;
const select = (id) => `<select id="${id}" style="width: 70%"></select>`;
const node = field('node-input-name', 'tag', 'Name', text('node-input-name'))
  + field('node-input-instance', 'plug', 'Instance', text('node-input-instance'));

/** The forms of one plugin's nodes, by the end of their type's name. */
const forms = (id) => ({
  instance: `${field('node-config-input-name', 'tag', 'Name', text('node-config-input-name'))}
    <div id="${id}-properties"></div>
    <div class="form-row">
      <label style="width: 100%" for="node-config-input-verifyToken">Verify token of the webhook</label>
      <input type="password" id="node-config-input-verifyToken" style="width: 100%">
    </div>`,
  command: `${node}${field('node-input-command', 'send', 'Command', select('node-input-command'))}
    <p id="${id}-description"></p><div id="${id}-request"></div>`,
  event: `${node}${field('node-input-event', 'bell', 'Event', select('node-input-event'))}
    <p id="${id}-description"></p><dl id="${id}-members" style="overflow-wrap: anywhere"></dl>`,
  webhook: node,
});

const help = {
  command: `<p>Runs one command of the adapter, on a thread of its own.</p>
    <p><b>Output 1</b>, it succeeded: <code>payload</code> is the response.</p>
    <p><b>Output 2</b>, it failed: <code>error</code> has <code>code</code>, <code>message</code>,
    <code>retryable</code>, <code>retryAfterMs</code>, <code>maybeSent</code>, <code>httpStatus</code> and
    <code>remoteCode</code>. Send the message back into the node only if <code>retryable</code> is true. After
    <code>OUTCOME_UNKNOWN</code> never do: the event with the same <code>correlationId</code> tells what
    became of it.</p>`,
  event: `<p>Starts a flow for each event of the chosen kind: <code>topic</code> is its name,
    <code>payload</code> the event. Handed to the flow, an event counts as accepted and does not come again.</p>`,
  webhook: `<p>Between <i>http in</i> (GET and POST, with <i>Do not parse the body</i> ticked for POST) and
    <i>http response</i>: checks the signature over the bytes as they came, lets the events out of the event
    nodes, and sets <code>statusCode</code>.</p>`,
};

/** Puts a form or a help text where the editor looks for it. */
const offer = (attribute, type, html) => {
  $('<script type="text/html">').attr(attribute, type).text(html).appendTo(document.body);
};

/** Registers one plugin's nodes with the editor. */
const register = (descriptor) => {
  const { id } = descriptor;
  const members = descriptor.extensions.members;
  // What processes webhooks is for the webhook node, and no step of a flow.
  const isStep = (command) => !command.traits?.includes('webhook');
  const commands = [...descriptor.commands, ...descriptor.extensions.commands].filter(isStep);
  const events = [...descriptor.events, ...descriptor.extensions.events];
  const properties = [
    ...descriptor.properties,
    ...descriptor.extensions.properties.map((property) => ({ ...property, extension: true })),
  ].map((property) => withSchema(property, descriptor.schema?.properties));
  const requestOf = (command) => [
    ...command.request,
    ...(members[command.name]?.request ?? []).map((member) => ({ ...member, extension: true })),
  ].map((member) => withSchema(member, command.schema?.request));
  for (const [end, html] of Object.entries(forms(id))) offer('data-template-name', `${id}-${end}`, html);
  for (const [end, html] of Object.entries(help)) offer('data-help-name', `${id}-${end}`, html);

  const credentials = { verifyToken: { type: 'password' } };
  for (const { name } of properties.filter((property) => property.secret)) {
    credentials[name] = { type: 'password' };
  }

  RED.nodes.registerType(`${id}-instance`, {
    category: 'config',
    defaults: {
      name: { value: '' },
      properties: {
        value: {},
        validate: (values) => properties.every((one) => one.secret || valid(one, values?.[one.name])),
      },
    },
    credentials,
    label() { return this.name || descriptor.display; },
    oneditprepare() {
      const json = [];
      fill($(`#${id}-properties`), properties, (property) => {
        // Node-RED itself fills and reads a secret's field, by its id, and never sends the value back.
        const at = property.secret ? `node-config-input-${property.name}` : `${id}-${property.name}`;
        const type = property.secret ? 'password' : (isNumber(property) ? 'number' : 'text');
        const placeholder = property.default ?? '';
        const input = $('<input style="width: 100%">').attr({ id: at, type, placeholder });
        if (isJson(property)) json.push(input);
        const kept = this.credentials?.[`has_${property.name}`] ? '__PWRD__' : '';
        const given = property.secret
          ? this.credentials?.[property.name] ?? kept : this.properties?.[property.name];
        return input.val(given ?? '');
      });
      // Only now: a typedInput measures itself where it stands.
      for (const input of json) input.typedInput({ default: 'json', types: ['json'] });
    },
    oneditsave() {
      this.properties = {};
      for (const { name } of properties.filter((property) => !property.secret)) {
        const value = $(`#${id}-${name}`).val();
        if (value !== '') this.properties[name] = value;
      }
    },
  });

  const look = { category: descriptor.name, color: '#B8E0C2' };

  RED.nodes.registerType(`${id}-command`, {
    ...look,
    defaults: {
      name: { value: '' },
      instance: { value: '', type: `${id}-instance`, required: true },
      command: { value: commands[0]?.name, required: true },
      request: {
        value: {},
        validate(request) {
          const command = commands.find((one) => one.name === this.command);
          return !command || requestOf(command).every((member) => !member.required
            || request?.[member.name]?.value !== undefined);
        },
      },
    },
    inputs: 1,
    outputs: 2,
    outputLabels: ['succeeded', 'failed: msg.error'],
    icon: 'envelope.svg',
    paletteLabel: `${descriptor.name} command`,
    label() { return this.name || commands.find((one) => one.name === this.command)?.display; },
    labelStyle() { return this.name ? 'node_label_italic' : ''; },
    oneditprepare() {
      const select = $('#node-input-command');
      options(select, commands, this.command);
      const show = () => {
        const command = commands.find((one) => one.name === select.val());
        if (!command) return;
        $(`#${id}-description`).text(command.description);
        const inputs = [];
        fill($(`#${id}-request`), requestOf(command), (member) => {
          const input = $('<input style="width: 100%">').attr('id', `${id}-${member.name}`);
          inputs.push([input, member, this.request?.[member.name] ?? { value: '' }]);
          return input;
        });
        // Only now: a typedInput measures itself where it stands.
        for (const [input, member, { value, type }] of inputs) {
          const types = typesOf(member);
          // What an earlier version of the form has saved is shown as it is.
          if (type === 'str' && !types.includes('str')) types.push('str');
          input.typedInput({ default: type ?? types[0].value ?? types[0], types });
          if (type) input.typedInput('type', type);
          input.typedInput('value', value);
        }
      };
      select.on('change', show);
      show();
    },
    oneditsave() {
      const command = commands.find((one) => one.name === $('#node-input-command').val());
      this.request = {};
      for (const { name, required } of requestOf(command)) {
        const input = $(`#${id}-${name}`);
        const [value, type] = [input.typedInput('value'), input.typedInput('type')];
        if (value !== '' || required) this.request[name] = { value, type, required };
      }
    },
  });

  RED.nodes.registerType(`${id}-event`, {
    ...look,
    defaults: {
      name: { value: '' },
      instance: { value: '', type: `${id}-instance`, required: true },
      event: { value: events[0]?.name ?? '' },
    },
    inputs: 0,
    outputs: 1,
    outputLabels: 'msg.payload: the event',
    icon: 'font-awesome/fa-bell',
    paletteLabel: `${descriptor.name} event`,
    label() { return this.name || this.event || 'every event'; },
    labelStyle() { return this.name ? 'node_label_italic' : ''; },
    oneditprepare() {
      const select = $('#node-input-event');
      options(select, [{ name: '', display: 'Every event' }, ...events], this.event);
      const show = () => {
        const event = events.find((one) => one.name === select.val());
        $(`#${id}-description`).text(event?.description ?? '');
        const list = $(`#${id}-members`).empty();
        for (const member of event?.properties ?? []) {
          list.append($('<dt>').append($('<code>').text(`payload.${member.name}`)),
            $('<dd>').text(`${member.display || ''}: ${member.description ?? ''}`));
        }
      };
      select.on('change', show);
      show();
    },
  });

  if (!descriptor.hasWebhook) return;
  RED.nodes.registerType(`${id}-webhook`, {
    ...look,
    defaults: {
      name: { value: '' },
      instance: { value: '', type: `${id}-instance`, required: true },
    },
    inputs: 1,
    outputs: 1,
    outputLabels: 'to an http response',
    icon: 'white-globe.svg',
    paletteLabel: `${descriptor.name} webhook`,
    label() { return this.name || `${descriptor.name} webhook`; },
    labelStyle() { return this.name ? 'node_label_italic' : ''; },
  });
};

for (const descriptor of descriptors) register(descriptor);
