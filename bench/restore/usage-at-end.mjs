// `node --import usage-at-end.mjs ...`: tells what the process used, as the last line of its stderr.

import { writeSync } from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const used = { cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }
  writeSync(2, `\n${JSON.stringify(used)}\n`)
})
