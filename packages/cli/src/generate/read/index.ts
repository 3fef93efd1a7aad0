export { readServices, type ReadOptions } from './read-services.js';
