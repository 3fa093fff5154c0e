import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { useService } from '../replayer/service/client.ts'

const database = await createDatabase()

// `npm run generate:client` is this test, told to write what it expects.
test('the types of the page’s client are those of the service’s own document', async () => {
  const { url } = await useService(database)
  const print = `
    import { printTypes } from './dashboard/api/print-types.mjs'
    const document = await (await fetch('${url}/api/schema')).json()
    process.stdout.write(await printTypes(document))`
  // By itself: what it changes of how modules are found is none of this process's business.
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', print])
  await expect(stdout).toMatchFileSnapshot('../../dashboard/api/schema.d.ts')
})
