/// What is installed on the estate's machines: applications that fleets have, in versions that they came in. Most machines
/// have the newest, some are behind. Whoever speaks of a machine speaks of the same versions.
extension Estate {
    struct Product: Sendable {
        /// As its installer calls it, with who signs it.
        let title: String
        let publisher: String
        /// As lists of products call both.
        let vendor: String
        let name: String
        /// The newest first.
        let releases: [String]
        let weaknesses: [Weakness]
        let families: Set<Family>
    }

    /// A vulnerability of a product.
    struct Weakness: Sendable {
        let cve: String
        let score: Double
        let severity: String
        /// The newest release that has it, by its place.
        let release: Int
    }

    struct Application: Sendable {
        let product: Product
        let version: String
        let weaknesses: [Weakness]
    }

    /// What is on a machine, in the order in which vendors number it.
    func applications(_ device: Int) -> [Application] {
        let family = machine(device).family
        return Self.products.filter { $0.families.contains(family) }.enumerated().map { place, product in
            var random = SplitMix(seed, 91, first + device, place)
            let draw = Int.random(in: 0..<100, using: &random)
            let release = min(draw < 70 ? 0 : draw < 92 ? 1 : 2, product.releases.count - 1)
            return Application(
                product: product, version: product.releases[release],
                weaknesses: product.weaknesses.filter { $0.release <= release })
        }
    }

    /// One of the applications.
    ///
    /// - Parameter isUpdated: since the estate came about.
    func application(_ number: Int, of device: Int, isUpdated: Bool) -> Application {
        let all = applications(device)
        let application = all[number % all.count]
        guard isUpdated else { return application }
        return Application(product: application.product, version: application.product.releases[0], weaknesses: [])
    }

    /// One of the vulnerabilities that the machine's applications have; of a machine without any, one that it had.
    func weakness(_ number: Int, of device: Int) -> (application: Application, weakness: Weakness) {
        let open = applications(device).flatMap { application in application.weaknesses.map { (application, $0) } }
        if !open.isEmpty { return open[number % open.count] }
        let former = Self.products.first { !$0.weaknesses.isEmpty } ?? Self.products[0]
        return (
            Application(product: former, version: former.releases[former.releases.count - 1], weaknesses: []),
            former.weaknesses[number % former.weaknesses.count]
        )
    }

    /// How many vulnerabilities the machine's applications have.
    func weaknesses(of device: Int) -> Int { applications(device).reduce(0) { $0 + $1.weaknesses.count } }

    private static let desktop: Set<Family> = [.windows, .mac]

    private static let products: [Product] = [
        Product(
            title: "Google Chrome", publisher: "Google LLC", vendor: "google", name: "chrome",
            releases: ["151.0.7922.137", "151.0.7922.72", "151.0.7922.40"],
            weaknesses: [
                Weakness(cve: "CVE-2026-19142", score: 8.8, severity: "High", release: 1),
                Weakness(cve: "CVE-2026-17650", score: 8.8, severity: "High", release: 2),
            ], families: desktop),
        Product(
            title: "Mozilla Firefox", publisher: "Mozilla", vendor: "mozilla", name: "firefox",
            releases: ["153.1", "152.0", "151.0"],
            weaknesses: [
                Weakness(cve: "CVE-2026-16384", score: 8.8, severity: "High", release: 1),
                Weakness(cve: "CVE-2026-12290", score: 9.8, severity: "Critical", release: 2),
            ], families: desktop),
        Product(
            title: "7-Zip", publisher: "Igor Pavlov", vendor: "7-zip", name: "7-zip",
            releases: ["24.09", "24.07", "23.01"],
            weaknesses: [
                Weakness(cve: "CVE-2024-11612", score: 6.5, severity: "Medium", release: 1),
                Weakness(cve: "CVE-2024-11477", score: 7.8, severity: "High", release: 2),
            ], families: [.windows]),
        Product(
            title: "VLC media player", publisher: "VideoLAN", vendor: "videolan", name: "vlc_media_player",
            releases: ["3.0.21", "3.0.20"],
            weaknesses: [Weakness(cve: "CVE-2024-46461", score: 8, severity: "High", release: 1)], families: desktop),
        Product(
            title: "Notepad++", publisher: "Notepad++ Team", vendor: "notepad-plus-plus", name: "notepad++",
            releases: ["8.9.7", "8.9.6", "8.8.1"],
            weaknesses: [Weakness(cve: "CVE-2025-49144", score: 7.3, severity: "High", release: 2)],
            families: [.windows]),
        Product(
            title: "WinRAR", publisher: "win.rar GmbH", vendor: "rarlab", name: "winrar",
            releases: ["7.13", "7.11", "7.10"],
            weaknesses: [
                Weakness(cve: "CVE-2025-8088", score: 8.8, severity: "High", release: 1),
                Weakness(cve: "CVE-2025-31334", score: 6.8, severity: "Medium", release: 2),
            ], families: [.windows]),
        Product(
            title: "Adobe Acrobat Reader DC", publisher: "Adobe", vendor: "adobe", name: "acrobat_reader_dc",
            releases: ["24.002.20759", "24.002.20736"],
            weaknesses: [
                Weakness(cve: "CVE-2024-30284", score: 7.8, severity: "High", release: 1),
                Weakness(cve: "CVE-2024-30279", score: 7.8, severity: "High", release: 1),
            ], families: [.windows]),
        Product(
            title: "Wireshark", publisher: "The Wireshark developer community", vendor: "wireshark", name: "wireshark",
            releases: ["4.6.8", "4.6.5", "4.6.4"],
            weaknesses: [Weakness(cve: "CVE-2026-19694", score: 6.5, severity: "Medium", release: 1)],
            families: desktop),
        Product(
            title: "LibreOffice", publisher: "The Document Foundation", vendor: "libreoffice", name: "libreoffice",
            releases: ["26.2.4", "26.2.2"],
            weaknesses: [Weakness(cve: "CVE-2026-8357", score: 7.8, severity: "High", release: 1)], families: [.mac]),
        Product(
            title: "Slack", publisher: "Slack Technologies", vendor: "slack", name: "slack", releases: ["4.47.72"],
            weaknesses: [], families: [.mac]),
        Product(
            title: "Visual Studio Code", publisher: "Microsoft Corporation", vendor: "microsoft",
            name: "visual_studio_code", releases: ["1.117.0"], weaknesses: [], families: [.mac, .linux]),
        Product(
            title: "Zoom Workplace", publisher: "Zoom Communications, Inc.", vendor: "zoom", name: "workplace",
            releases: ["7.0.5"], weaknesses: [], families: [.mac]),
    ]
}
