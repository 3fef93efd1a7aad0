#!/usr/bin/env node
/* global require */
require('../dist/main.js');
