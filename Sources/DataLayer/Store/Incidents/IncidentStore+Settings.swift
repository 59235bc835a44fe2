import Domain
import Postgres

/// How a tenant's alerts become incidents, and what resolving one does.
public struct IncidentSettings: Sendable, Hashable {
    /// How far apart alerts of one incident may be.
    public var windowMinutes: Int
    /// Whether resolving an incident resolves its alerts at their vendors.
    public var resolvesAtVendor: Bool

    public init(windowMinutes: Int = 1440, resolvesAtVendor: Bool = true) {
        self.windowMinutes = windowMinutes
        self.resolvesAtVendor = resolvesAtVendor
    }

    /// What holds for a tenant that has not said anything else.
    public static let standard = IncidentSettings()
    /// Five minutes to thirty days.
    public static let windows = 5...43_200
}

extension IncidentStore {
    public func settings(tenant: TenantID) async throws -> IncidentSettings {
        let rows = try await store.app.query(
            "SELECT window_minutes, resolves_at_vendor FROM incident_settings WHERE tenant_id = $1", [.id(tenant)],
            tenant: tenant)
        guard let row = rows.first else { return .standard }
        return IncidentSettings(
            windowMinutes: Int(try row.decode(0, as: Int32.self)), resolvesAtVendor: try row.decode(1))
    }

    /// Changes them for alerts that come from now on; incidents that are there stay as they are.
    ///
    /// - Throws: `StoreError.invalid` for a window that cannot be.
    public func setSettings(_ settings: IncidentSettings, tenant: TenantID, by principal: Principal) async throws {
        guard IncidentSettings.windows.contains(settings.windowMinutes) else {
            let bounds = IncidentSettings.windows
            throw StoreError.invalid(
                field: "window_minutes", reason: "must be from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        let detail = [
            "window_minutes": "\(settings.windowMinutes)", "resolves_at_vendor": "\(settings.resolvesAtVendor)",
        ]
        let change = Statement(
            """
            INSERT INTO incident_settings (tenant_id, window_minutes, resolves_at_vendor, updated_by)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant_id) DO UPDATE
            SET window_minutes = EXCLUDED.window_minutes, resolves_at_vendor = EXCLUDED.resolves_at_vendor,
              updated_by = EXCLUDED.updated_by, updated_at = now()
            """,
            [
                .id(tenant), .int4(Int32(settings.windowMinutes)), .bool(settings.resolvesAtVendor),
                .text(principal.name),
            ])
        let entry = AuditEntry("incident.settings", object: tenant.description, detail: detail, by: principal)
        _ = try await store.app.run([change, try entry.statement()], tenant: tenant)
    }
}
