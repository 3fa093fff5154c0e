// Whether the proxy's memory grows: resident memory each 100,000 recorded requests.

import { load } from './load/run.mjs'
import { table } from './table.mjs'
import { memory } from './usage.mjs'

const EACH = 100_000

export async function soak({ start }, total, seconds) {
  const { address, pid, stop } = await start()
  try {
    const rows = []
    let done = 0
    while (done < total) {
      const work = { address, shape: 'small-post', connections: 64, seconds }
      done += (await load(work)).answered
      if (done < (rows.length + 1) * EACH && done < total) continue
      rows.push([done, memory(pid, 'VmRSS').toFixed(0), memory(pid, 'VmHWM').toFixed(0)])
      process.stderr.write(`${rows.at(-1).join(' ')}\n`)
    }
    return table(['recorded requests', 'resident MB', 'peak MB'], rows)
  } finally {
    await stop()
  }
}
