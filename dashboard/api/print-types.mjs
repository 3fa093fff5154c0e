import { register } from 'node:module'

// openapi-typescript prints with TypeScript's JavaScript API, which the compiler here (7) has not.
register('./typescript-5.mjs', import.meta.url)
const { default: openapiTypes, astToString } = await import('openapi-typescript')

const HEAD = `// Made from the service's own document by \`npm run generate:client\`; not to be changed by hand.\n\n`

/**
 * The types of an OpenAPI document as the text of a module.
 * @param {object} document
 * @returns {Promise<string>}
 */
export async function printTypes(document) {
  return HEAD + astToString(await openapiTypes(document))
}
