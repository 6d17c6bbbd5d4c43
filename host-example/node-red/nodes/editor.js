// The forms of the nodes, made of the plugin's descriptor, which the server puts in front as `descriptor`.

const members = descriptor.extensions.members ?? {};
const commands = [...descriptor.commands, ...descriptor.extensions.commands];
const events = [...descriptor.events, ...descriptor.extensions.events];
const properties = [
  ...descriptor.properties,
  ...descriptor.extensions.properties.map((property) => ({ ...property, extension: true })),
];
const requestOf = (command) => [
  ...command.request,
  ...(members[command.name]?.request ?? []).map((member) => ({ ...member, extension: true })),
];

/** One row of a form: what it is called, the field, and what it means. */
const row = (field, input) => {
  const limits = [
    field.type,
    field.required ? 'required' : 'optional',
    field.maxLength === undefined ? '' : `${field.minLength ?? 0} to ${field.maxLength} characters`,
    field.maxValue === undefined ? '' : `${field.minValue ?? 0} to ${field.maxValue}`,
    field.default === undefined ? '' : `default ${field.default}`,
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
const kind = (field) => (field.type === 'integer' || field.type === 'number' ? 'number' : 'text');
const valid = (field, value) => {
  const text = String(value ?? '');
  if (text === '') return !field.required;
  return text.length >= (field.minLength ?? 0) && text.length <= (field.maxLength ?? Infinity);
};

const credentials = { verifyToken: { type: 'password' } };
for (const { name } of properties.filter((property) => property.secret)) {
  credentials[name] = { type: 'password' };
}

RED.nodes.registerType('whatsapp-instance', {
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
    fill($('#whatsapp-properties'), properties, (property) => {
      // Node-RED itself fills and reads a secret's field, by its id, and never sends the value back.
      const id = property.secret ? `node-config-input-${property.name}` : `whatsapp-${property.name}`;
      const type = property.secret ? 'password' : kind(property);
      const placeholder = property.default ?? '';
      const input = $('<input style="width: 100%">').attr({ id, type, placeholder });
      const kept = this.credentials?.[`has_${property.name}`] ? '__PWRD__' : '';
      const given = property.secret
        ? this.credentials?.[property.name] ?? kept : this.properties?.[property.name];
      return input.val(given ?? '');
    });
  },
  oneditsave() {
    this.properties = {};
    for (const { name } of properties.filter((property) => !property.secret)) {
      const value = $(`#whatsapp-${name}`).val();
      if (value !== '') this.properties[name] = value;
    }
  },
});

const look = { category: descriptor.name, color: '#B8E0C2' };

RED.nodes.registerType('whatsapp-command', {
  ...look,
  defaults: {
    name: { value: '' },
    instance: { value: '', type: 'whatsapp-instance', required: true },
    command: { value: commands[0].name, required: true },
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
      $('#whatsapp-description').text(command.description);
      const inputs = [];
      fill($('#whatsapp-request'), requestOf(command), (member) => {
        const input = $('<input style="width: 100%">').attr('id', `whatsapp-${member.name}`);
        inputs.push([input, this.request?.[member.name] ?? { value: '', type: 'str' }]);
        return input;
      });
      // Only now: a typedInput measures itself where it stands.
      for (const [input, { value, type }] of inputs) {
        const types = ['str', 'msg', 'flow', 'global', 'json', 'jsonata', 'env'];
        input.typedInput({ default: type, types });
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
      const input = $(`#whatsapp-${name}`);
      const [value, type] = [input.typedInput('value'), input.typedInput('type')];
      if (value !== '' || required) this.request[name] = { value, type, required };
    }
  },
});

RED.nodes.registerType('whatsapp-event', {
  ...look,
  defaults: {
    name: { value: '' },
    instance: { value: '', type: 'whatsapp-instance', required: true },
    event: { value: events[0].name },
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
      $('#whatsapp-description').text(event?.description ?? '');
      const list = $('#whatsapp-members').empty();
      for (const member of event?.properties ?? []) {
        list.append($('<dt>').append($('<code>').text(`payload.${member.name}`)),
          $('<dd>').text(`${member.display || ''}: ${member.description ?? ''}`));
      }
    };
    select.on('change', show);
    show();
  },
});

RED.nodes.registerType('whatsapp-webhook', {
  ...look,
  defaults: {
    name: { value: '' },
    instance: { value: '', type: 'whatsapp-instance', required: true },
  },
  inputs: 1,
  outputs: 1,
  outputLabels: 'to an http response',
  icon: 'white-globe.svg',
  paletteLabel: `${descriptor.name} webhook`,
  label() { return this.name || `${descriptor.name} webhook`; },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
});
