import type { Server } from 'node:http'

/** The backend that the pages speak of. */
export function createShop(): Server
