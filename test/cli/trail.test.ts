import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

const database = await createDatabase()

const trail = (...argv: string[]) => injected(['trail', '--database-url', database, ...argv])

test('who did what is listed and searched, the newest first', async () => {
  const journal = useJournal(database)
  const by = (who: string) =>
    ({ who, role: 'replay', means: 'token', address: '10.0.0.4' }) as const
  const settle = { action: 'settle', stream: 'shop', detail: { settlement: 'applied' } } as const
  await journal.noteDeed({ ...by('ada'), ...settle })
  await journal.noteDeed({
    ...by('grace'),
    action: 'label',
    stream: 'shop',
    detail: { label: 'x' },
  })
  const { code, stdout } = await trail()
  expect(code).toBe(0)
  const [head, , newest, older] = stdout.split('\n')
  expect(head).toMatch(/id +when +who +role +means +from +deed +stream +detail$/)
  expect(newest).toMatch(/ grace +replay +token +10\.0\.0\.4 +label +shop +{"label":"x"}$/)
  expect(older).toMatch(/ ada .* settle +shop +{"settlement":"applied"}$/)
  const found = async (...more: string[]) => {
    const { stdout: printed } = await trail('--json', ...more)
    return (JSON.parse(printed) as { deeds: { who: string }[] }).deeds.map(({ who }) => who)
  }
  expect(await found('--action', 'settle,clear')).toEqual(['ada'])
  expect(await found('--who', 'grace')).toEqual(['grace'])
  expect(await found('--limit', '1')).toEqual(['grace'])
  expect(await found('--stream', 'none')).toEqual([])
  expect((await trail('--who', 'nobody')).stderr).toContain('no deed matches')
  expect((await trail('--action', 'steal')).code).toBe(2)
})
