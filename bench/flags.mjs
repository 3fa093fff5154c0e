// The command line of the benchmark; all that is wrong with it is told at once.

import { parseArgs } from 'node:util'
import { shapes } from './shapes.mjs'

const USAGE = `npm run bench -- [FLAGS]

  (none)                     direct, recording off, async, commit, intent (about 3 minutes)
  --peers                    besides, nginx, bare node:http and undici, mockttp, mountebank,
                             mitmproxy, talkback, WireMock (those that can be had)
  --only commit,nginx        of these but some; direct and recording off are always there
  --shapes small-post,large-post,get,upload   or all (default: small-post)
  --connections 64,256       a table for each (default: 64); an upload is alone
  --lone                     instead, what is added to a request that is alone
  --flush 500                there, a disk that takes so many µs longer to have a commit (default: 0)
  --idle 10000               instead, memory of so many idle connections
  --soak 1000000             instead, memory over so many recorded requests
  --workers 2                instead, what so many workers take on beside one
  --restore 100000           instead, what it costs to restore so many entries, beside wrk and undici
  --work 1000                and its origin works so many µs on each request (default: 0)
  --memory                   there, only what memory a hundredth, a tenth and all of them take
  --against FOLDER           there, another build (its dist/) in the same rounds
  --scale 5000000            instead, how the service answers over so many entries (8 GB, 15 minutes)
  --gate 20000               instead, how long clients are kept away from a backend that lost so many;
                             exits with 1 where that, or noticing it, takes longer than is promised
  --breaks 10000             instead, what is left of so many exchanges that broke off
  --profile                  leaves a CPU profile of a recording proxy, or of each replay, in .cache/
  --profiled commit          which one
  --rounds 7 --seconds 3     a subject is measured so often for so long
  --upload-mb 1024           the size of an upload
  --seed N                   decides the order within the rounds (default: another each time)
  --json                     figures instead of tables
`

/** Or prints the usage and ends the process. */
export function readFlags(args) {
  const wrong = []
  const { values } = parseOrEnd(args)
  const whole = (name) => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < 1) wrong.push(`--${name} is a whole number above 0`)
    return value
  }
  const names = values.shapes === 'all' ? Object.keys(shapes) : values.shapes.split(',')
  for (const name of names) if (!(name in shapes)) wrong.push(`there is no shape ${name}`)
  const connections = values.connections.split(',').map(Number)
  if (connections.some((count) => !Number.isInteger(count) || count < 1)) {
    wrong.push('--connections is whole numbers above 0')
  }
  const seconds = Number(values.seconds)
  if (!(seconds > 0)) wrong.push('--seconds is a number above 0')
  const flags = {
    ...values,
    only: values.only?.toLowerCase().split(','),
    ...{ shapes: names, connections, seconds, rounds: whole('rounds') },
    uploadBytes: whole('upload-mb') * 2 ** 20,
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e6) : whole('seed'),
    idle: values.idle === undefined ? undefined : whole('idle'),
    soak: values.soak === undefined ? undefined : whole('soak'),
    workers: values.workers === undefined ? undefined : whole('workers'),
    breaks: values.breaks === undefined ? undefined : whole('breaks'),
    restore: values.restore === undefined ? undefined : whole('restore'),
    work: Number(values.work),
    flush: Number(values.flush),
    scale: values.scale === undefined ? undefined : whole('scale'),
    gate: values.gate === undefined ? undefined : whole('gate'),
  }
  if (!Number.isInteger(flags.work) || flags.work < 0) wrong.push('--work is a whole number of µs')
  if (!Number.isInteger(flags.flush) || flags.flush < 0)
    wrong.push('--flush is a whole number of µs')
  if (flags.flush > 0 && !flags.lone) wrong.push('--flush is with --lone')
  if (flags.memory && flags.restore === undefined) wrong.push('--memory is with --restore')
  if (wrong.length > 0) end(wrong.join('\n'))
  return flags
}

function parseOrEnd(args) {
  try {
    return parseArgs({
      args,
      options: {
        peers: { type: 'boolean', default: false },
        only: { type: 'string' },
        shapes: { type: 'string', default: 'small-post' },
        connections: { type: 'string', default: '64' },
        lone: { type: 'boolean', default: false },
        flush: { type: 'string', default: '0' },
        idle: { type: 'string' },
        soak: { type: 'string' },
        breaks: { type: 'string' },
        restore: { type: 'string' },
        work: { type: 'string', default: '0' },
        scale: { type: 'string' },
        gate: { type: 'string' },
        against: { type: 'string' },
        memory: { type: 'boolean', default: false },
        workers: { type: 'string' },
        profile: { type: 'boolean', default: false },
        profiled: { type: 'string', default: 'commit' },
        rounds: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '3' },
        'upload-mb': { type: 'string', default: '1024' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return end(error.message)
  }
}

function end(why) {
  process.stderr.write(`${why}\n\n${USAGE}`)
  process.exit(2)
}
