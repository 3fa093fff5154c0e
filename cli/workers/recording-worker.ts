import { openJournal } from '../../journal/postgres/journal.ts'
import type { Journal } from '../../journal/contract.ts'
import { recorderMetrics } from '../../proxy/metrics.ts'
import { startProxy, type RunningProxy } from '../../proxy/proxy.ts'
import type { RenewableIdentity, ServerIdentity } from '../../proxy/server.ts'
import { sharedClock } from '../../proxy/shared-clock.ts'
import { EXIT } from '../command.ts'
import { listening } from '../listening.ts'
import { migratingFirst } from '../database.ts'
import { proxyOptions } from '../proxy-settings.ts'
import { openSecrets } from '../secret-key.ts'
import { logger, untilStopped } from '../serving.ts'
import { failureOf } from './failure.ts'
import type { Answers, Begin, Question } from './messages.ts'
import { PrimaryLink } from './primary-link.ts'

/** How much longer than `--shutdown-timeout` a worker without a primary may take, in ms. */
const ALONE = 10_000

/** Serves as one of several workers until it is told to end. Resolves with the exit code. */
export async function work(): Promise<number> {
  let onLost = () => {}
  const link = new PrimaryLink(() => onLost())
  try {
    const begin = await firstWord(link)
    if (begin === null) return EXIT.ok
    const log = logger(process, `proxy ${begin.worker}`)
    onLost = () => {
      log('the primary process is gone: this worker ends in order')
      const deadline = begin.settings['shutdown-timeout'] + ALONE
      setTimeout(() => process.exit(EXIT.failed), deadline).unref()
    }
    await serve(begin, link, log)
    return EXIT.ok
  } catch (error) {
    link.send({ kind: 'failed', failure: failureOf(error) })
    return EXIT.failed
  } finally {
    await link.close()
  }
}

/** With what it begins, or null where it is to end before that. */
function firstWord(link: PrimaryLink): Promise<Begin | null> {
  return new Promise((resolve) => {
    link.signal.addEventListener('abort', () => resolve(null))
    link.on('begin', resolve)
  })
}

async function serve(
  begin: Begin,
  link: PrimaryLink,
  log: (message: string) => void,
): Promise<void> {
  const { settings, database } = begin
  const journal = database === null ? null : openWorkerJournal(begin)
  try {
    const proxy = await listening('--listen', settings.listen, () =>
      startWorkerProxy(begin, link, journal, log),
    )
    const answer = await answersOf(proxy, begin)
    link.on('question', ({ id, question }) => {
      // What is not answered counts as silence.
      answer(question).then(
        (told) => link.send({ kind: 'answer', id, answer: told }),
        () => {},
      )
    })
    link.send({ kind: 'serving', url: proxy.url })
    await untilStopped(link.signal)
    await proxy.close(settings['shutdown-timeout'])
  } finally {
    await journal?.close()
  }
}

function openWorkerJournal({ settings, database }: Begin): Journal {
  // What is to be said of the key, the primary has said.
  const secrets = openSecrets(settings, () => {})
  return openJournal({ ...database!, secrets, name: `reprise proxy ${settings.stream}` })
}

function startWorkerProxy(
  { settings, target, identity, database, time }: Begin,
  link: PrimaryLink,
  journal: Journal | null,
  log: (message: string) => void,
): Promise<RunningProxy> {
  const clock = sharedClock(time, (moment) => link.pass(moment))
  link.on('step', ({ step }) => {
    const late = clock.take(step)
    if (late === 0) return
    log(
      `its clock was moved ${(late / 1000).toFixed(1)} ms after those of the other workers: ` +
        'what it recorded in that time may stand before what came earlier',
    )
  })
  const writer = journal && migratingFirst(journal, database!.url)
  return startProxy({
    ...proxyOptions(settings, new URL(target), writer, log),
    ...(identity !== null && { identity: renewedBy(link, identity) }),
    clock,
  })
}

function renewedBy(link: PrimaryLink, first: ServerIdentity): RenewableIdentity {
  const identity: RenewableIdentity = {
    current: first,
    onRenewal(take) {
      link.on('identity', ({ identity: renewed }) => {
        identity.current = renewed
        take(renewed)
      })
    },
  }
  return identity
}

async function answersOf(
  proxy: RunningProxy,
  { settings, worker }: Begin,
): Promise<(question: Question) => Promise<Answers[Question]>> {
  // Without a port that shows them they are not kept.
  const labels = { stream: settings.stream, worker: String(worker) }
  const isShown = settings['admin-listen'] !== undefined
  const registry = isShown ? await recorderMetrics(proxy, labels) : null
  return async (question) => {
    if (question === 'health') return { health: proxy.health(), counts: proxy.counts }
    return (await registry?.getMetricsAsJSON()) ?? []
  }
}
