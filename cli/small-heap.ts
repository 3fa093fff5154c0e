import { setFlagsFromString } from 'node:v8'

/**
 * From here on the heap of this process grows by half of what is in use before all of it is collected. V8 would
 * let it grow to four times that: what a replay has in use is a little, and all that it goes through becomes
 * garbage, so that it would take the more memory the longer it is. It costs 3 % of its CPU.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=50')
}
