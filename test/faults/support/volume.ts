import { execFileSync } from 'node:child_process'
import { mkdirSync, openSync, closeSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A small file system of its own (tmpfs), which can be filled and freed. Mounting needs root. */
export class Volume {
  readonly folder: string
  readonly #unmountAtExit = () => this.unmount()

  constructor(folder: string, megabytes: number) {
    this.folder = folder
    mkdirSync(folder)
    try {
      const options = `size=${megabytes}m,mode=0755`
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'reprise-faults', folder], {
        stdio: 'pipe',
      })
    } catch (error) {
      throw new Error('this fault needs a small volume: run as root where tmpfs can be mounted', {
        cause: error,
      })
    }
    process.once('exit', this.#unmountAtExit)
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(join(this.folder, 'ballast'), 'a')
    for (const size of [1024 * 1024, 4096]) {
      try {
        while (statfsSync(this.folder).bavail > 0) writeSync(file, Buffer.alloc(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
    closeSync(file)
  }

  free(): void {
    rmSync(join(this.folder, 'ballast'), { force: true })
  }

  unmount(): void {
    process.removeListener('exit', this.#unmountAtExit)
    // Whatever still has a file open there was killed a moment ago.
    execFileSync('umount', ['--lazy', this.folder])
  }
}
