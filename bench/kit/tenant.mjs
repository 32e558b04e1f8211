/** Makes an empty tenant that may export, import and publish: no approval, publishing mode on. */
export async function addTenant(gantry, { tenant, seed }) {
  await gantry.tenants.create({ code: tenant, timeZone: 'UTC' });
  const settings = {
    credential: `bench credential ${seed}`,
    retentionDays: 1,
    storagePrefix: `packages/${tenant}`,
    permissionVerification: true,
    autoGrant: false,
    exportApproval: { kind: 'none' },
    publishApproval: { kind: 'none' },
  };
  await gantry.tenants.changeSettings({ tenant, settings });
  await gantry.tenants.startMode({ tenant, mode: 'cross-tenant-publishing' });
}
