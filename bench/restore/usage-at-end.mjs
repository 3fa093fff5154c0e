// `node --import usage-at-end.mjs ...`: tells what the process used, as the last line of its stderr. `heap`: the most
// that was in use just after all of the heap had been collected.

import { writeSync } from 'node:fs'
import { constants, PerformanceObserver } from 'node:perf_hooks'

let heap = 0
const observer = new PerformanceObserver((list) => {
  const isWhole = list
    .getEntries()
    .some(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)
  if (isWhole) heap = Math.max(heap, process.memoryUsage().heapUsed)
})
observer.observe({ entryTypes: ['gc'] })

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const used = { cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }
  writeSync(2, `\n${JSON.stringify({ ...used, heap: heap / 2 ** 20 })}\n`)
})
