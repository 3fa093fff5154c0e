// The report as Markdown: a column for each store.

import { damages } from './torn.mjs'

const row = (cells) => `| ${cells.join(' | ')} |`

function tally(values) {
  const counts = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counted(counts)
}

const counted = (counts) =>
  Object.entries(counts)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ')

const share = (list, test) => `${list.filter(test).length} of ${list.length}`
const sum = (list, key) => list.reduce((total, one) => total + (one[key] ?? 0), 0)
const number = (value) => Math.round(value).toLocaleString('en')
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

const killed = {
  'kill -9: acknowledged records missing, wrong, out of order': ({ kill: k }) =>
    k.why
      ? `failed: ${JSON.stringify(k.why)}`
      : `${k.missing}, ${k.wrong}, ${k.disordered} of ${number(k.acked)} in ${k.rounds}`,
  'a second process': ({ lock }) => lock ?? '-',
}

const torn = Object.fromEntries(
  Object.keys(damages).map((name) => [name, ({ torn: t }) => counted(t.table[name])]),
)

const full = {
  'disk full: the error': ({ full: f }) => tally(f.ballast.map(({ error }) => error)),
  'disk full: acknowledged records lost': ({ full: f }) =>
    `${sum(f.ballast, 'lost')}, in ${share(f.ballast, ({ lost }) => lost > 0)} rounds`,
  'disk full: stray rejections': ({ full: f }) => number(sum(f.ballast, 'strays')),
  'room again: goes on': ({ full: f }) => tally(f.ballast.map(({ goesOn }) => goesOn)),
  'still full: opens and reads all': ({ full: f }) => share(f.full, ({ opens }) => opens),
  'still full: drains': ({ full: f }) => share(f.full, ({ drains }) => drains),
}

const speed = {
  'synced batches of 64 x 500 B a second': ({ speed: s }) => number(s.batches),
  'CPU ms for 1,000 records': ({ speed: s }) => s.cpu.toFixed(1),
  'drained records a second': ({ speed: s }) => number(s.drain),
  'memory after writing': ({ speed: s }) => megabytes(s.memory),
  'disk: written, drained, closed': ({ speed: s }) =>
    [s.written, s.drained, s.closed].map(megabytes).join(', '),
}

const groups = { kill: killed, torn, full, speed }

export function markdown({ node, stores }) {
  const names = Object.keys(stores)
  const rows = [row(['', ...names]), row(['---', ...names.map(() => '---')])]
  for (const [group, lines] of Object.entries(groups))
    for (const [name, cell] of Object.entries(lines)) {
      if (names.every((store) => stores[store][group] === undefined)) continue
      rows.push(
        row([name, ...names.map((store) => (stores[store][group] ? cell(stores[store]) : '-'))]),
      )
    }
  return `Node ${node}\n\n${rows.join('\n')}`
}
