// So that Vitest looks no further up for one.
export default { test: { include: ['**/*.test.js'] } }
