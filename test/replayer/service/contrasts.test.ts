import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { record, replayed } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('two runs are compared entry by entry, a page at a time', async () => {
  const client = await useService(database)
  const targets = ['/same', '/status', '/body', '/new']
  const ids = await record(
    client.journal,
    'twice',
    targets.map((target) => ({ target })),
  )
  let life = 1
  const origin = await startRawOrigin(({ target }) => {
    if (target === '/status') return plainAnswer('', life === 1 ? '201 Created' : '202 Accepted')
    return plainAnswer(target === '/body' ? `life ${life}` : '', '201 Created')
  })
  const target = new URL(origin.url)
  const first = await replayed(
    client.journal,
    { stream: 'twice', filter: { idTo: ids[2]! } },
    { target },
  )
  life = 2
  const second = await replayed(client.journal, { stream: 'twice' }, { target })
  const compare = async (query = '') =>
    (await client.get(`/api/runs/${first.run}/against/${second.run}${query}`)).body.contrasts
  expect(await compare()).toEqual([
    {
      entry: ids[1],
      one: { position: 1, outcome: 'same', status: 201 },
      other: { position: 1, outcome: 'differs', status: 202 },
      answers: 'same',
    },
    {
      entry: ids[2],
      one: { position: 2, outcome: 'same', status: 201 },
      other: { position: 2, outcome: 'same', status: 201 },
      answers: 'different',
    },
    {
      entry: ids[3],
      one: null,
      other: { position: 3, outcome: 'same', status: 201 },
      answers: 'different',
    },
  ])
  expect(await compare(`?after=${ids[1]}&limit=1`)).toMatchObject([{ entry: ids[2] }])
  expect(await compare('?by=outcome')).toMatchObject([{ entry: ids[1] }, { entry: ids[3] }])
})

test('runs of two streams are not compared', async () => {
  const client = await useService(database)
  const runs: number[] = []
  for (const stream of ['one', 'other']) {
    await record(client.journal, stream, [{}])
    const target = new URL('http://127.0.0.1:1')
    runs.push((await replayed(client.journal, { stream }, { target })).run)
  }
  const answer = await client.get(`/api/runs/${runs[0]}/against/${runs[1]}`)
  expect(answer).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
})
