/// One migration applied or taken back.
public struct MigrationStep: Sendable, Equatable, CustomStringConvertible {
    public enum Direction: Sendable, Equatable { case apply, rollBack }

    public let version: Int
    public let name: String
    public let direction: Direction

    package init(_ version: Int, _ name: String, _ direction: Direction) {
        self.version = version
        self.name = name
        self.direction = direction
    }

    /// `applied 0001_create_foundation`
    public var description: String {
        let number = String(version)
        let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
        return "\(direction == .apply ? "applied" : "rolled back") \(padded)_\(name)"
    }
}

/// A migration that the database says it has.
package struct AppliedMigration: Sendable, Equatable {
    package let version: Int
    package let name: String
    package let checksum: String

    package init(version: Int, name: String, checksum: String) {
        self.version = version
        self.name = name
        self.checksum = checksum
    }
}

/// Which steps lead from what a database has to where it should be.
package enum MigrationPlan {
    /// Newest first when going back, oldest first when going forward. Numbers may have gaps, and one in
    /// a gap may arrive later: it is applied wherever it is missing.
    /// - Parameter target: nil for everything there is; 0 for nothing.
    package static func steps(
        available: [Migration], applied: [AppliedMigration], target: Int?
    ) throws(MigrationError) -> [MigrationStep] {
        if let target, target != 0, !available.contains(where: { $0.version == target }) {
            throw .unknownVersion(target)
        }
        try verify(applied, against: available)
        let target = target ?? Int.max
        let done = Set(applied.map(\.version))
        let back = available.reversed().filter { $0.version > target && done.contains($0.version) }
        let forward = available.filter { $0.version <= target && !done.contains($0.version) }
        return back.map { MigrationStep($0.version, $0.name, .rollBack) }
            + forward.map { MigrationStep($0.version, $0.name, .apply) }
    }

    private static func verify(
        _ applied: [AppliedMigration], against available: [Migration]
    ) throws(MigrationError) {
        for migration in applied {
            guard let file = available.first(where: { $0.version == migration.version }) else {
                throw .missing(version: migration.version, name: migration.name)
            }
            if file.checksum != migration.checksum {
                throw .changed(version: migration.version, name: migration.name)
            }
        }
    }
}
