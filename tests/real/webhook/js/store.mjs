// What the handlers do to the world.
const effects = {};
const rows = new Set();

export const count = (kind) => effects[kind] ?? 0;

export const db = {
  orders: {
    async create({ data }) {
      effects[data.kind] = count(data.kind) + 1;
    },
  },
  events: {
    async findUnique({ where }) {
      return rows.has(where.id) ? { id: where.id } : null;
    },
    async create({ data }) {
      rows.add(data.id);
    },
  },
};
