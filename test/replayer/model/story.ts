import type { Happened } from './history.ts'
import type { Played, Restored } from './restoring.ts'

/** Everything that came out otherwise than it was recorded, for the eyes of whoever must find out why. */
export function storyOf({ exchanges, recorder }: Happened, { played }: Restored): string {
  const again = new Map(played.map((one) => [one.entry, one]))
  const lines = exchanges
    .toSorted((a, b) => a.arrivedAt - b.arrivedAt)
    .flatMap((exchange) => {
      const { asked, answered, arrivedAt, answeredAt } = exchange
      const entry = recorder.entries.find(
        (one) =>
          one.arrivedAt === arrivedAt &&
          one.target === asked.target &&
          one.requestHeaders === asked.fields,
      )
      const from = exchanges[0]!.arrivedAt
      const what = `${asked.method} ${asked.target} ${tellingFields(asked.fields)} ${asked.body}`
      const came = `${answered.status} ${tellingFields(answered.fields)} ${answered.body}`
      const name = entry === undefined ? '      ' : `${entry.verdict[0]}${entry.id}`.padEnd(6)
      const now = entry && again.get(entry)
      return [
        `${name}${arrivedAt - from}-${answeredAt - from} ${what}\n         ${came}`,
        ...(now === undefined ? [] : [replayedLines(now)]),
      ]
    })
  return lines.join('\n')
}

function replayedLines({ request, answer, comparison, sentAt, endedAt }: Played): string {
  const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
  const { outcome, detail } = comparison
  const mark = outcome === 'same' ? '' : ` <<< ${outcome}: ${detail}`
  return (
    `   again ${sentAt}-${endedAt} ${request.method} ${request.target} ${tellingFields(request.fields)} ${body}\n` +
    `         ${answer.status} ${tellingFields(answer.fields)} ${answer.body.toString()}${mark}`
  )
}

function tellingFields(fields: readonly string[]): string {
  const told: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    if (!/^(host|content-length|content-type)$/i.test(fields[i]!)) {
      told.push(`${fields[i]}: ${fields[i + 1]}`)
    }
  }
  return told.length === 0 ? '' : `[${told.join(', ')}]`
}
