// A resolve hook: openapi-typescript prints with the JavaScript API of TypeScript 5, which the
// compiler of this project (7) no longer has.

/** @type {import('node:module').ResolveHook} */
export const resolve = (specifier, context, next) =>
  next(specifier === 'typescript' ? 'typescript-5' : specifier, context)
