import { describe, expect, test } from 'vitest'
import type { AttemptResult, Driving, RunAlias, RunFilter, Wanted } from '../../../journal/runs.ts'
import type { Journal } from '../../../journal/contract.ts'
import { LEASE, newStream } from '../entries.ts'

export function declareRuns(journal: () => Journal): void {
  const begin = (stream: string, selection: unknown = {}, planned = 3) =>
    journal().startRun({ stream, target: 'http://t', selection, planned }, LEASE)
  const begun = new Map<string, number>()
  const startAt = (driving: Driving, position: number, entry: number) => {
    begun.set(`${driving.run}/${position}`, entry)
    return journal().note(
      driving,
      { begun: [{ position, entry }], withdrawn: [], ended: [], aliases: [] },
      LEASE,
    )
  }
  const endAt = (driving: Driving, position: number, ended: AttemptResult) => {
    const entry = begun.get(`${driving.run}/${position}`)!
    return journal().note(
      driving,
      {
        begun: [],
        withdrawn: [],
        ended: [{ position, entry, result: ended, sentAt: NOW, endedAt: NOW + 5 }],
        aliases: [],
      },
      LEASE,
    )
  }

  describe('a run', () => {
    test('is running from its start and has the state that it ended in', async () => {
      const stream = newStream()
      const before = Date.now() * 1000
      const driving = await begin(stream, { paths: ['/a'], 'é"\0': [null, 1.5, '\\u0000'] })
      const run = await journal().run(driving.run)
      expect(run).toEqual({
        stream,
        id: driving.run,
        target: 'http://t',
        selection: { paths: ['/a'], 'é"\0': [null, 1.5, '\\u0000'] },
        plan: null,
        state: 'running',
        driven: 'running',
        planned: 3,
        startedAt: expect.any(Number) as number,
        endedAt: null,
        outcomes: {},
      })
      expect(run.startedAt).toBeGreaterThanOrEqual(before)
      await journal().endRun(driving, 'stopped')
      const ended = await journal().run(driving.run)
      expect(ended).toMatchObject({ state: 'stopped', startedAt: run.startedAt })
      expect(ended.endedAt).toBeGreaterThanOrEqual(run.startedAt)
    })

    test.for([0, -1, 2 ** 53 - 1, 1e300, 1.5, Number.NaN])('is unknown: %s', async (id) => {
      await expect(journal().run(id)).rejects.toMatchObject({ code: 'run_unknown', source: 'user' })
    })

    test('counts its attempts by outcome', async () => {
      const stream = newStream()
      const driving = await begin(stream)
      for (const position of [0, 1, 2, 3]) await startAt(driving, position, 7 + position)
      await endAt(driving, 0, result({ outcome: 'same' }))
      await endAt(driving, 1, result({ outcome: 'differs' }))
      await endAt(driving, 2, result({ outcome: 'same' }))
      expect((await journal().run(driving.run)).outcomes).toEqual({
        same: 2,
        differs: 1,
        sending: 1,
      })
    })

    test('is tallied with the others, its attempts only where they are not known', async () => {
      const stream = newStream()
      const driving = await begin(stream)
      await startAt(driving, 0, 7)
      await startAt(driving, 1, 8)
      await endAt(driving, 1, result({ outcome: 'failed' }))
      const empty = await begin(stream)
      await journal().endRun(empty, 'interrupted')
      const tallied = async (known: number[]) => {
        const all = await journal().runTallies(known)
        return all.filter(({ run }) => [driving.run, empty.run].includes(run))
      }
      expect(await tallied([])).toEqual([
        { run: driving.run, state: 'running', outcomes: { sending: 1, failed: 1 } },
        { run: empty.run, state: 'interrupted', outcomes: {} },
      ])
      expect(await tallied([driving.run])).toMatchObject([
        { run: driving.run, outcomes: null },
        { run: empty.run, outcomes: {} },
      ])
    })

    test('comes before the older ones, page by page, of one stream or of all', async () => {
      const stream = newStream()
      const ids: number[] = []
      for (let i = 0; i < 5; i++) {
        ids.unshift((await begin(stream)).run)
        await begin(newStream())
      }
      const idsOf = async (filter: { stream?: string; before?: number; limit: number }) =>
        (await journal().runs(filter)).map(({ id }) => id)
      expect(await idsOf({ stream, limit: 3 })).toEqual(ids.slice(0, 3))
      expect(await idsOf({ stream, limit: 3, before: ids[2]! })).toEqual(ids.slice(3))
      expect(await idsOf({ limit: 3, before: ids[0]! + 1 })).toEqual([ids[0], ids[0]! - 1, ids[1]])
      expect(await idsOf({ stream: '\0', limit: 3 })).toEqual([])
    })

    test('is found by its state, its target and selection, and when it began', async () => {
      const stream = newStream()
      const before = Date.now() * 1000 - 1_000_000
      const one = await begin(stream, { paths: ['/api/Größe/*'] })
      const other = await begin(stream, { methods: ['PUT'] })
      await journal().endRun(other, 'stopped')
      const found = async (filter: RunFilter) =>
        (await journal().runs({ stream, limit: 9, ...filter })).map(({ id }) => id)
      expect(await found({ states: ['running', 'done'] })).toEqual([one.run])
      expect(await found({ states: ['stopped'] })).toEqual([other.run])
      expect(await found({ text: '/API/GRößE/*' })).toEqual([one.run])
      expect(await found({ text: 'HTTP://T' })).toEqual([other.run, one.run])
      expect(await found({ text: '%' })).toEqual([])
      expect(await found({ text: '\0' })).toEqual([])
      const { startedAt } = await journal().run(other.run)
      expect(await found({ since: before })).toEqual([other.run, one.run])
      expect(await found({ since: startedAt })).toEqual([other.run])
      expect(await found({ until: startedAt })).toEqual([one.run])
    })
  })

  describe('an attempt', () => {
    test('is sending from before the send, and then what came of it', async () => {
      const stream = newStream()
      const driving = await begin(stream)
      await startAt(driving, 0, 42)
      const run = await journal().run(driving.run)
      const [sending] = await journal().attempts(run, { limit: 9 })
      expect(sending).toEqual({
        stream,
        run: driving.run,
        position: 0,
        entry: 42,
        outcome: 'sending',
        status: null,
        responseHeaders: null,
        responseLength: null,
        detail: null,
        differences: null,
        uses: null,
        sentAt: expect.any(Number) as number,
        endedAt: null,
      })
      const fields = ['X-A', '1', 'x-a', 'caf\xe9\0']
      const answer = { status: 599, fields, body: Buffer.from([0, 255, 0]) }
      await endAt(driving, 0, {
        outcome: 'differs',
        detail: 'status 201, was "200"\0',
        answer,
        differences: [{ at: 'body /a\0' }],
        uses: { replaced: 1 },
      })
      const [ended] = await journal().attempts(run, { limit: 9 })
      expect(ended).toEqual({
        ...sending,
        outcome: 'differs',
        status: 599,
        responseHeaders: ['X-A', '1', 'x-a', 'caf\xe9\uFFFD'],
        responseLength: 3,
        detail: 'status 201, was "200"\uFFFD',
        differences: [{ at: 'body /a\uFFFD' }],
        uses: { replaced: 1 },
        sentAt: NOW,
        endedAt: NOW + 5,
      })
    })

    test('without an answer keeps none', async () => {
      const stream = newStream()
      const driving = await begin(stream)
      await startAt(driving, 0, 42)
      await endAt(driving, 0, result({ outcome: 'in_doubt', detail: null }))
      const [attempt] = await journal().attempts(await journal().run(driving.run), { limit: 9 })
      expect(attempt).toMatchObject({ outcome: 'in_doubt', status: null, responseHeaders: null })
    })

    test('comes in the order of sending, page by page', async () => {
      const stream = newStream()
      const driving = await begin(stream)
      for (const position of [2, 0, 3, 1]) await startAt(driving, position, 9 + position)
      const run = await journal().run(driving.run)
      const positions = async (page: { after?: number; limit: number }) =>
        (await journal().attempts(run, page)).map(({ position }) => position)
      expect(await positions({ limit: 3 })).toEqual([0, 1, 2])
      expect(await positions({ limit: 3, after: 2 })).toEqual([3])
    })

    test('cannot be started twice at one position', async () => {
      const stream = newStream()
      const driving = await begin(stream)
      await startAt(driving, 0, 42)
      await expect(startAt(driving, 0, 43)).rejects.toMatchObject({
        code: 'journal_refused',
        retryable: false,
      })
      const attempts = await journal().attempts(await journal().run(driving.run), { limit: 9 })
      expect(attempts.map(({ entry }) => entry)).toEqual([42])
    })
  })

  describe('who drives a run', () => {
    test('is one process: nobody takes it over while its lease runs', async () => {
      const driving = await begin(newStream())
      await expect(journal().takeRun(driving.run, LEASE)).rejects.toMatchObject({
        code: 'run_driven',
        source: 'user',
      })
    })

    test('may be another one once the lease ran out, and the former notes nothing more', async () => {
      const stream = newStream()
      const former = await journal().startRun(
        { stream, target: 'http://t', selection: {}, planned: 1, plan: { order: 'serial' } },
        0,
      )
      await expect
        .poll(() =>
          journal()
            .takeRun(former.run, LEASE)
            .catch(() => null),
        )
        .not.toBeNull()
      const driven = { code: 'run_driven' }
      await expect(startAt(former, 0, 42)).rejects.toMatchObject(driven)
      await expect(journal().endRun(former, 'done')).rejects.toMatchObject(driven)
      const run = await journal().run(former.run)
      expect(run).toMatchObject({ state: 'running', plan: { order: 'serial' }, outcomes: {} })
    })

    test('takes over a run that was stopped, and none that is done or unknown', async () => {
      const driving = await begin(newStream())
      await startAt(driving, 2, 42)
      await journal().endRun(driving, 'interrupted')
      const second = await journal().takeRun(driving.run, LEASE)
      expect(second).toMatchObject({ former: driving.driver, nextPosition: 3, nextAlias: 0 })
      expect(await journal().run(driving.run)).toMatchObject({ state: 'running', endedAt: null })
      await journal().endRun(second, 'done')
      const again = (run: number) => journal().takeRun(run, LEASE)
      await expect(again(driving.run)).rejects.toMatchObject({ code: 'run_over' })
      await expect(again(0)).rejects.toMatchObject({ code: 'run_unknown' })
      await expect(again(1.5)).rejects.toMatchObject({ code: 'run_unknown' })
    })

    test('tells its driver what is wanted of it, and others whether he knows', async () => {
      const driving = await begin(newStream())
      const note = () =>
        journal().note(driving, { begun: [], withdrawn: [], ended: [], aliases: [] }, LEASE)
      const driven = async () => (await journal().run(driving.run)).driven
      const want = (wanted: Wanted | null) => journal().wantOfRun(driving.run, wanted)
      expect(await note()).toBeNull()
      expect(await want('pause')).toBe('wanted')
      expect(await driven()).toBe('pausing')
      expect(await note()).toBe('pause')
      expect(await driven()).toBe('paused')
      await want(null)
      expect(await driven()).toBe('running')
      expect(await note()).toBeNull()
      await want('stop')
      // Nobody takes that back.
      await want('pause')
      await want(null)
      expect(await driven()).toBe('stopping')
      expect(await note()).toBe('stop')
      await journal().endRun(driving, 'interrupted')
      expect(await driven()).toBeNull()
      expect(await want('stop')).toBe('undriven')
      // What was wanted of the one before is nothing to who goes on.
      await journal().takeRun(driving.run, LEASE)
      expect(await driven()).toBe('running')
      await expect(journal().wantOfRun(0, 'stop')).rejects.toMatchObject({ code: 'run_unknown' })
    })

    test('is driven by nobody once its lease has run out', async () => {
      const driving = await begin(newStream())
      await journal().note(driving, { begun: [], withdrawn: [], ended: [], aliases: [] }, 0)
      await expect.poll(async () => (await journal().run(driving.run)).driven).toBe('nobody')
      expect(await journal().wantOfRun(driving.run, 'pause')).toBe('undriven')
    })

    test('keeps its lease by noting', async () => {
      const driving = await begin(newStream())
      await journal().note(driving, { begun: [], withdrawn: [], ended: [], aliases: [] }, 0)
      await expect
        .poll(() =>
          journal()
            .takeRun(driving.run, LEASE)
            .catch(() => null),
        )
        .not.toBeNull()
    })
  })

  test('tells which entries were begun, and what is still open', async () => {
    const driving = await begin(newStream())
    for (const position of [0, 1, 2]) await startAt(driving, position, 70 + position)
    await endAt(driving, 1, result({ outcome: 'differs' }))
    const run = await journal().run(driving.run)
    expect(await journal().attempted(run, [71, 72, 99])).toEqual([
      { position: 1, entry: 71, outcome: 'differs' },
      { position: 2, entry: 72, outcome: 'sending' },
    ])
    expect((await journal().attempted(run, 'sending')).map(({ entry }) => entry)).toEqual([70, 72])
  })

  test('what was begun or failed and is withdrawn leaves nothing, what else has ended stays', async () => {
    const driving = await begin(newStream())
    for (const position of [0, 1, 2, 3]) await startAt(driving, position, 70 + position)
    await endAt(driving, 0, result({}))
    await endAt(driving, 3, result({ outcome: 'failed' }))
    const notes = { begun: [], withdrawn: [0, 1, 3], ended: [], aliases: [] }
    await journal().note(driving, notes, LEASE)
    expect((await journal().run(driving.run)).outcomes).toEqual({ same: 1, sending: 1 })
    await startAt(driving, 1, 71)
  })

  test('an entry begins once in a run, whatever its position', async () => {
    const driving = await begin(newStream())
    await startAt(driving, 0, 42)
    await expect(startAt(driving, 1, 42)).rejects.toMatchObject({ code: 'journal_refused' })
  })

  test('keeps what the backend made up, secret values sealed, and finds it by either', async () => {
    const driving = await begin(newStream())
    const alias = (number: number, changes: Partial<RunAlias>) => ({
      ...{
        number,
        old: '17',
        new: '23',
        producer: 42,
        place: 'json /id',
        secrecy: 'plain' as const,
      },
      ...{ kind: { route: '/things' }, ...changes },
    })
    const aliases = [
      alias(0, {}),
      alias(1, { old: 'tok\0é', new: 'nekot', secrecy: 'secret', place: 'header Set-Cookie' }),
      alias(2, { new: '24', producer: 43, kind: null }),
    ]
    await journal().note(driving, { begun: [], withdrawn: [], ended: [], aliases }, LEASE)
    await journal().note(
      driving,
      { begun: [], withdrawn: [], ended: [], aliases: aliases.slice(1, 2) },
      LEASE,
    )
    const run = await journal().run(driving.run)
    expect(await journal().aliases(run, { old: ['17', 'none'] })).toEqual([aliases[0], aliases[2]])
    expect(await journal().aliases(run, { new: ['24', 'nekot'] })).toEqual(aliases.slice(1))
    expect(await journal().aliases(run, { after: 0, limit: 1 })).toEqual([aliases[1]])
    expect(await journal().aliases(run, { producer: 42 })).toEqual(aliases.slice(0, 2))
  })

  test('tells of the values in requests only where there is something to tell', async () => {
    const driving = await begin(newStream())
    const uses = (n: number) => ({ replaced: [{ place: `path ${n}` }] })
    for (const position of [0, 1, 2, 3]) {
      await startAt(driving, position, 70 + position)
      await endAt(driving, position, result(position === 1 ? {} : { uses: uses(position) }))
    }
    const [first, third, fourth] = [0, 2, 3].map((position) => ({
      ...{ position, entry: 70 + position, uses: uses(position) },
    }))
    const run = await journal().run(driving.run)
    expect(await journal().uses(run, { limit: 2 })).toEqual([first, third])
    expect(await journal().uses(run, { after: 2, limit: 2 })).toEqual([fourth])
    expect(await journal().uses(run, { entry: 72 })).toEqual([third])
    expect(await journal().uses(run, { entry: 71 })).toEqual([])
  })

  test('hands out the answers that came, in pages of so many bytes', async () => {
    const driving = await begin(newStream())
    const fields = ['X-A', '1', 'Set-Cookie', 'a=b']
    const answers = [3, 4, null, 0, 5].map((length) =>
      length === null ? null : { status: 200, fields, body: Buffer.alloc(length, 'x') },
    )
    for (const [position, answer] of answers.entries()) {
      await startAt(driving, position, 70 + position)
      await endAt(driving, position, result({ answer, ...(answer ?? { outcome: 'skipped' }) }))
    }
    await startAt(driving, 5, 75)
    const run = await journal().run(driving.run)
    const page = (bytes: number, limit: number, after = -1) =>
      journal().answered(run, { after, limit, bytes })
    const all = [
      ...answers.map((answer, position) => ({
        ...{ position, entry: 70 + position, answer },
        outcome: answer === null ? 'skipped' : 'same',
      })),
      { position: 5, entry: 75, answer: null, outcome: 'sending' },
    ]
    expect(await page(1000, 9)).toEqual(all)
    expect(await page(4, 9)).toEqual(all.slice(0, 2))
    expect(await page(1, 9)).toEqual(all.slice(0, 1))
    expect(await page(4, 9, 1)).toEqual(all.slice(2, 5))
    expect(await page(1000, 2, 1)).toEqual(all.slice(2, 4))
    expect(await page(1000, 9, 5)).toEqual([])
  })

  test('a run that is gone takes no attempts, answers or end, and says so', async () => {
    const stream = newStream()
    const driving = await begin(stream)
    await startAt(driving, 0, 42)
    await journal().clear(stream)
    const unknown = { code: 'run_unknown', source: 'user', retryable: false }
    await expect(startAt(driving, 1, 42)).rejects.toMatchObject(unknown)
    await expect(endAt(driving, 0, result({ outcome: 'same' }))).rejects.toMatchObject(unknown)
    await expect(journal().endRun(driving, 'done')).rejects.toMatchObject(unknown)
  })
}

const NOW = Date.UTC(2026, 0, 15) * 1000

function result(changes: Partial<AttemptResult>): AttemptResult {
  return { outcome: 'same', detail: null, answer: null, ...changes }
}
