import { BlockList, isIP } from 'node:net';

const v4 = [
  ...[['0.0.0.0', 8] as const, ['10.0.0.0', 8] as const, ['100.64.0.0', 10] as const],
  ...[['127.0.0.0', 8] as const, ['169.254.0.0', 16] as const, ['172.16.0.0', 12] as const],
  ...[['192.0.0.0', 24] as const, ['192.168.0.0', 16] as const, ['198.18.0.0', 15] as const],
  ['224.0.0.0', 3] as const,
];
// Only what is allocated for the world (2000::/3), without what leads into IPv4 or to examples.
const v6World = ['2000::', 3] as const;
const v6Apart = [['2001::', 23] as const, ['2001:db8::', 32] as const, ['2002::', 16] as const];

const closedV4 = new BlockList();
for (const [network, prefix] of v4) closedV4.addSubnet(network, prefix, 'ipv4');
const openV6 = new BlockList();
openV6.addSubnet(...v6World, 'ipv6');
const closedV6 = new BlockList();
for (const [network, prefix] of v6Apart) closedV6.addSubnet(network, prefix, 'ipv6');

/** True for an IP address of the public network: not loopback, private, link-local, multicast or reserved. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closedV4.check(address, 'ipv4');
  if (family === 6) return openV6.check(address, 'ipv6') && !closedV6.check(address, 'ipv6');
  return false;
}
