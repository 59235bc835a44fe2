import Simulators

/// A tenant of the demonstration: its name, and the vendors that know its machines. What the vendors know overlaps,
/// and none knows all.
struct DemoTenant: Sendable {
    let name: String
    let vendors: [DemoVendor]
    /// Its machines, and how many they are.
    let estate: Estate
    let devices: Int

    var email: String { "admin@\(name).example" }

    /// Three tenants over an estate of a size.
    ///
    /// - Parameter now: seconds since 1970 at which their past ends.
    static func all(devices: Int, now: Double) async throws -> [DemoTenant] {
        // Of all machines: more than half are the first tenant's, most of the rest the second's.
        let acme = devices * 6 / 10
        let globex = devices * 3 / 10
        let initech = devices - acme - globex
        func estate(_ seed: UInt64, _ first: Int = 0) -> Estate { Estate(seed: seed, first: first, now: now) }
        return [
            DemoTenant(
                name: "acme",
                vendors: [
                    try await .falcon(estate(11), devices: acme * 9 / 10),
                    try await .microsoft(estate(11, acme * 4 / 10), devices: acme - acme * 4 / 10),
                ], estate: estate(11), devices: acme),
            DemoTenant(
                name: "globex",
                vendors: [
                    try await .sentinelOne(estate(12), devices: globex * 8 / 10),
                    try await .sophos(estate(12, globex / 2), devices: globex - globex / 2),
                ], estate: estate(12), devices: globex),
            DemoTenant(
                name: "initech",
                vendors: [
                    try await .falcon(estate(13), devices: initech * 6 / 10),
                    try await .sentinelOne(estate(13, initech * 5 / 10), devices: initech - initech * 5 / 10),
                ], estate: estate(13), devices: initech),
        ]
    }
}
