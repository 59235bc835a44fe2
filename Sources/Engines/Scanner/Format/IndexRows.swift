import Domain

/// A reference into the string pool; 0 is "no string".
typealias StringRef = UInt32

/// One ecosystem that has advisories.
struct EcosystemRow {
    var name: StringRef
    var scheme: UInt8
    var packageCount: UInt32
    var entryCount: UInt32
}

/// One package of one ecosystem and its run of entries.
struct PackageRow {
    var ecosystem: UInt32
    var name: StringRef
    var firstEntry: UInt32
    var entryCount: UInt32
    /// `StableHash.package` of the key.
    var hash: UInt64
    /// Hash of the contents of the run, equal in two indices when the advisories on the package are.
    var digest: UInt64
}

/// What one advisory says about one range of one package for one vulnerability.
struct EntryRow {
    /// How the bounds are to be read.
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// `introduced` is a newline-separated list of single affected versions.
        static let versionList = Flags(rawValue: 1)
        /// The note names a module stream that the package must come from.
        static let module = Flags(rawValue: 2)
        /// The bounds are of a modular rpm build, whether or not the stream is named.
        static let modularBuild = Flags(rawValue: 4)
        /// A CPE name: `note` has its fields from the version on, `urgency` the text of the condition
        /// under which it is vulnerable.
        static let product = Flags(rawValue: 8)
        /// The first affected version is above `introduced`.
        static let afterIntroduced = Flags(rawValue: 16)
    }

    var vulnerability: UInt32
    var advisory: UInt32
    var introduced: StringRef
    var fixed: StringRef
    var lastAffected: StringRef
    var note: StringRef
    var urgency: StringRef
    var state: UInt8
    var source: UInt8
    var flags: Flags
}

/// What is known of one vulnerability, whatever package it is in.
struct VulnerabilityRow {
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let knownExploited = Flags(rawValue: 1)
        static let ransomware = Flags(rawValue: 2)
        static let scored = Flags(rawValue: 4)
    }

    var id: StringRef
    var title: StringRef = 0
    var vector: StringRef = 0
    var exploitedSince: StringRef = 0
    var dueDate: StringRef = 0
    var exploitCount: UInt32 = 0
    var tenthsOfScore: UInt16 = IndexLayout.noScore
    /// 0 unknown, else 1 + the position in `Severity.allCases`.
    var severity: UInt8 = 0
    var flags: Flags = []
    var probability: Double = 0
    var percentile: Double = 0
}

/// One advisory, for explanations.
struct AdvisoryRow {
    var id: StringRef
    var title: StringRef
    var source: UInt8
    var severity: UInt8
    var published: Int64
    var modified: Int64
}

/// A vendor's update by its number.
struct UpdateRow {
    var number: UInt32
    /// The numbers of those that it takes the place of, a line each.
    var supersedes: StringRef
    /// The builds that it makes, a line each.
    var builds: StringRef
}

extension Severity {
    /// 0 for nil; the index's code.
    static func code(_ severity: Severity?) -> UInt8 {
        severity.flatMap { allCases.firstIndex(of: $0) }.map { UInt8($0 + 1) } ?? 0
    }

    static func decode(_ code: UInt8) -> Severity? {
        code == 0 || Int(code) > allCases.count ? nil : allCases[Int(code) - 1]
    }
}
