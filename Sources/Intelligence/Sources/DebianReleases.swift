import Domain

/// Debian's releases, which its security tracker names by code name.
enum DebianReleases {
    /// The release's ecosystem: by number once released; `sid` and later code names stay names.
    /// The tracker's suffixed names (`bookworm-security`, `buster/updates`) are the release itself.
    static func ecosystem(_ name: String) -> Ecosystem {
        let base = name.split(whereSeparator: { $0 == "-" || $0 == "/" }).first.map(String.init) ?? name
        return Ecosystem(family: "debian", release: numbers[base] ?? base)
    }

    /// https://wiki.debian.org/DebianReleases
    private static let numbers = [
        "etch": "4", "lenny": "5", "squeeze": "6", "wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10",
        "bullseye": "11", "bookworm": "12", "trixie": "13",
    ]
}
