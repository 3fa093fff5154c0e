import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { people } from './door/people.ts'
import { useService } from './client.ts'

const database = await createDatabase()

interface Known {
  type: string
  title: string
  code: string
}

test('the type of a problem leads to what it means, also before one is let in', async () => {
  const { get } = await useService(database, {}, { tokens: people().tokens })
  const { status, body } = await get('/api/entries/1')
  expect({ status, code: body.code }).toStrictEqual({ status: 401, code: 'credentials_missing' })
  const { type, title, code } = body as Known
  const [address = ''] = type.split('#')
  const { problems } = (await get(address)).body as { problems: Known[] }
  expect(problems).toContainEqual({ type, title, code })
  expect(new Set(problems.map((one) => one.type)).size).toBe(problems.length)
  expect(problems.map((one) => one.code)).toContain('internal')
})
