import { expect, test } from 'vitest'
import { commands } from '../../cli/commands.ts'
import { commandsPage } from '../../cli/reference/commands.ts'
import { configurationPage } from '../../cli/reference/configuration.ts'

const all = await Promise.all(
  Object.entries(commands).map(async ([name, { summary, load }]) => ({
    ...{ name, summary },
    command: await load(),
  })),
)

// `npm run generate:docs` is these tests, told to write what they expect.
test('docs/configuration.md has every setting as it is parsed', async () => {
  await expect(configurationPage(all)).toMatchFileSnapshot('../../docs/configuration.md')
})

test('docs/commands.md has every command as its help tells it', async () => {
  await expect(commandsPage(all)).toMatchFileSnapshot('../../docs/commands.md')
})

test.each(all)('the help of $name is enough by itself', ({ name, command: { details } }) => {
  expect(details).toMatch(/^Exit codes?\b/m)
  expect(details).toMatch(new RegExp(`^Examples?:(?: .*)?\\n?.*reprise ${name}\\b`, 'm'))
})
