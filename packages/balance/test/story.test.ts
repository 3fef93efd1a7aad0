import { tellStory } from './story';

test('of five servers, one silent, one slow, one restarting each second, one leaving by drain(): no call is lost that did not run, and none runs twice', async () => {
  const story = await tellStory({ seed: 3, calls: 5_000, hedge: { afterMs: 60 } });

  expect(story).toMatchObject({ calls: 5_000, lost: 0, ranTwice: 0, lies: 0, madeUp: 0, drainComplete: true });
  expect(story.answered).toBeGreaterThan(4_900);
  expect(story.moved).toBeGreaterThan(0);
  expect(story.restarts).toBeGreaterThan(50);
  expect(story.p99Ms).toBeLessThanOrEqual(2 * story.healthyP99Ms);
});
