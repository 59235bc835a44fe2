extension MicrosoftFleet {
    struct Identity {
        let platform: String
        let version: String
        let build: Int?
        let system: String
        let systemVersion: String
        let hostname: String
        let user: String
        let serial: String
        let mac: String
        let address: String
    }

    /// What a machine is, from its number alone.
    func identity(_ machine: Machine) -> Identity {
        var random = SplitMix(settings.seed, 2, machine.number)
        let systems: [(platform: String, version: String, build: Int?, system: String, systemVersion: String)] = [
            ("Windows11", "23H2", 22_631, "Windows", "10.0.22631.3447"),
            ("Windows10", "22H2", 19_045, "Windows", "10.0.19045.4291"),
            ("macOS", "14.4", nil, "macOS", "14.4.1 (23E224)"),
            ("Windows11", "22H2", 22_621, "Windows", "10.0.22621.3447"),
        ]
        var system = random.pick(systems)
        if !isManaged(machine) { system = ("WindowsServer2019", "1809", 17_763, "", "") }
        if !isInDefender(machine) { system = ("", "", nil, "iOS", "17.4") }
        let prefix = random.pick(["fin", "dev", "ops", "hr", "lab", "kiosk"])
        let suffix = machine.revision == 0 ? "" : "-r\(machine.revision)"
        if let known = settings.estate?.machine(machine.number) { return Identity(known, suffix: suffix) }
        return Identity(
            platform: system.platform, version: system.version, build: system.build, system: system.system,
            systemVersion: system.systemVersion, hostname: "\(prefix)-\(machine.number)\(suffix)",
            user: "user\(machine.number)@example.org", serial: random.hex(12).uppercased(),
            mac: "02\(random.hex(10))",
            address: "10.\(machine.number >> 16 & 255).\(machine.number >> 8 & 255).\(machine.number & 255)")
    }

    static let products: [(name: String, vendor: String, title: String, cve: String, score: Double, severity: String)] =
        [
            ("chrome", "google", "Google Chrome", "CVE-2023-2725", 8.8, "High"),
            ("firefox", "mozilla", "Mozilla Firefox", "CVE-2023-4863", 8.8, "High"),
            ("7-zip", "7-zip", "7-Zip", "CVE-2023-31102", 7.8, "High"),
            ("zoom", "zoom", "Zoom", "CVE-2023-39213", 9.8, "Critical"),
            ("vlc_media_player", "videolan", "VLC media player", "CVE-2022-41325", 7.8, "High"),
            ("putty", "simon_tatham", "PuTTY", "CVE-2024-31497", 5.9, "Medium"),
            ("notepad++", "notepad++", "Notepad++", "CVE-2023-40031", 7.8, "High"),
            ("python", "python", "Python", "CVE-2023-24329", 7.5, "High"),
        ]

    func product(_ item: Item) -> (
        name: String, vendor: String, title: String, cve: String, score: Double, severity: String
    ) {
        guard let known = application(item)?.product else { return Self.products[item.number % Self.products.count] }
        return (known.name, known.vendor, known.title, "", 0, "")
    }

    private func application(_ item: Item) -> Estate.Application? {
        settings.estate?.application(item.number, of: item.machine, isUpdated: item.revision > 0)
    }

    func version(_ item: Item) -> String {
        application(item)?.version ?? "\(10 + item.number).\(item.machine % 7).\(item.revision)"
    }

    /// What a vulnerability is in, and what it is.
    func weakness(
        _ item: Item
    ) -> (name: String, vendor: String, version: String, cve: String, score: Double, severity: String) {
        if let (application, weakness) = settings.estate?.weakness(item.number, of: item.machine) {
            let product = application.product
            return (
                product.name, product.vendor, application.version, weakness.cve, weakness.score, weakness.severity
            )
        }
        let product = product(item)
        return (product.name, product.vendor, version(item), product.cve, product.score, product.severity)
    }

    func alertID(_ item: Item) -> String {
        "da6374729003\(100_000_000 + item.machine)_\(item.machine % 2 == 0 ? "-" : "")\(900_000_000 + item.number)"
    }

    /// One for each name and version, whatever the machine.
    func applicationID(_ item: Item) -> String {
        var random = SplitMix(settings.seed, 3, item.number, item.machine % 7 + 100 * item.revision)
        return random.hex(64)
    }

    static let policy = "caccf747-61cc-422f-b860-c3f384998f23"
    static let setting = "Windows10CompliancePolicy.BitLockerEnabled"
}

extension MicrosoftFleet.Identity {
    /// A machine that others know too, in Microsoft's words.
    fileprivate init(_ machine: Estate.Machine, suffix: String) {
        switch machine.family {
        case .windows where machine.isServer:
            (platform, version, build, system, systemVersion) = ("WindowsServer2019", "1809", 17_763, "", "")
        case .windows:
            (platform, version, build) = ("Windows11", "25H2", 26_200)
            (system, systemVersion) = ("Windows", "10.0.26200.7171")
        case .mac: (platform, version, build, system, systemVersion) = ("macOS", "15.7", nil, "macOS", "15.7 (24G222)")
        case .linux: (platform, version, build, system, systemVersion) = ("Debian", "12", nil, "", "")
        }
        hostname = machine.hostname + suffix
        user = machine.user
        serial = machine.serial
        mac = machine.mac.joined()
        address = machine.address
    }
}
