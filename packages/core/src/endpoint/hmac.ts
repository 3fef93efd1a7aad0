import { createHmac } from 'node:crypto';
import type { Mac } from '../engine/engine.js';

/** HMAC with SHA-256: RFC 2104. */
export const hmacSha256: Mac = (key, bytes) => createHmac('sha256', key).update(bytes).digest();
