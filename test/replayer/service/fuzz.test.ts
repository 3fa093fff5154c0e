import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { departures } from './fuzz/judge.ts'
import { tries, type Try } from './fuzz/requests.ts'
import { fuzzStage } from './fuzz/stage.ts'
import type { Answer } from './fuzz/wire.ts'

// Whatever is asked of an operation, its answer is one that the document has: status, type, fields and
// body. What the document does not let through is refused, and what it does is not called wrong.

/** REPRISE_FUZZ_RUNS: requests to each operation. REPRISE_FUZZ_SEED: `random`, or that of a run before. */
const RUNS = Number(process.env['REPRISE_FUZZ_RUNS'] ?? 15)
const given = process.env['REPRISE_FUZZ_SEED'] ?? '20261203'
const SEED = given === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(given)

/** By these the service says that a request itself is wrong. */
const CALLED_WRONG = [400, 411, 413, 415]

const stage = await fuzzStage(await createDatabase())
afterAll(stage.close)

function faultsOf(
  asked: Try,
  answer: Answer,
  operation: (typeof stage.document.operations)[number],
) {
  const faults = departures(stage.document, operation, answer)
  if (asked.expected === 'refused' && answer.status < 400) {
    faults.push(`it was taken (${answer.status}) for all that is wrong with it: ${asked.how}`)
  }
  if (asked.expected === 'taken' && CALLED_WRONG.includes(answer.status)) {
    faults.push(`it was called wrong, and is not: ${answer.text}`)
  }
  return faults
}

describe(`by the document, with seed ${SEED}`, () => {
  test.each(stage.document.operations)(
    '$method $path',
    async (operation) => {
      const requests = tries(stage.document, operation, stage.wordsFor(operation))
      await fc.assert(
        fc.asyncProperty(requests, async (asked) => {
          expect(faultsOf(asked, await stage.ask(asked), operation)).toEqual([])
        }),
        { numRuns: RUNS, seed: SEED },
      )
    },
    600_000,
  )
})

const paths = [...new Set(stage.document.operations.map(({ path }) => path))]

/** One sound request to an address, by any of its methods. */
function soundAt(path: string, method: string) {
  const operations = stage.document.operations.filter((one) => one.path === path)
  const operation = operations.find((one) => one.method === method) ?? operations[0]!
  const words = stage.wordsFor(operation)
  const requests = tries(stage.document, operation, words).filter((one) => one.expected === 'taken')
  const [sound] = fc.sample(requests, { numRuns: 1, seed: SEED })
  return { operations, operation, asked: { ...sound!, method, body: null, headers: {} } }
}

test.each(paths)('%s says which methods it takes, and refuses all others', async (path) => {
  const { operations, asked } = soundAt(path, 'OPTIONS')
  const taken = operations.map(({ method }) => method)
  const allowed = [...taken, ...(taken.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort()
  const said = await stage.ask(asked)
  expect({ status: said.status, allow: said.headers['allow']?.split(', ').sort() }).toEqual({
    ...{ status: 204, allow: allowed },
  })
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
    if (allowed.includes(method)) continue
    const { status, headers, text } = await stage.ask({ ...asked, method })
    expect({ method, status, allow: headers['allow']?.split(', ').sort() }).toEqual({
      ...{ method, status: 405, allow: allowed },
    })
    if (method === 'HEAD') continue
    expect(JSON.parse(text)).toMatchObject({ status: 405, code: 'method_refused' })
  }
})

test.each(paths)('HEAD of %s is as GET, without a body', async (path) => {
  const { operation, asked } = soundAt(path, 'GET')
  if (operation.method !== 'GET') {
    expect((await stage.ask({ ...asked, method: 'HEAD' })).status).toBe(405)
    return
  }
  const [head, whole] = [await stage.ask({ ...asked, method: 'HEAD' }), await stage.ask(asked)]
  expect(departures(stage.document, operation, head)).toEqual([])
  expect({ status: head.status, type: head.headers['content-type'], text: head.text }).toEqual({
    ...{ status: whole.status, type: whole.headers['content-type'], text: '' },
  })
})
