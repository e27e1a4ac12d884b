import { Module } from '@nestjs/common';
import { AttemptCounts } from './attempt-counts.js';
import { AttemptsController } from './attempts.controller.js';

@Module({ controllers: [AttemptsController], providers: [AttemptCounts], exports: [AttemptCounts] })
export class AttemptsModule {}
