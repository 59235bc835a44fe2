extension FalconFleet {
    /// What a machine is, from its number alone.
    struct Machine {
        let platform: String
        let osVersion: String
        let build: String
        let hostname: String
        let product: String
        let serial: String
        let mac: String
        let address: String
    }

    func machine(_ host: Host) -> Machine {
        var random = SplitMix(settings.seed, 2, host.number)
        let systems: [(platform: String, os: String, build: String, product: String)] = [
            ("Windows", "Windows 11", "22631", "Workstation"), ("Windows", "Windows 10", "19045", "Workstation"),
            ("Windows", "Windows Server 2019", "17763", "Server"), ("Mac", "Ventura (13)", "22G90", "Workstation"),
            ("Linux", "Ubuntu 22.04", "", "Server"), ("Linux", "RHEL 9.4", "", "Server"),
        ]
        let system = random.pick(systems)
        let prefix = random.pick(["fin", "dev", "ops", "hr", "lab", "kiosk"])
        let suffix = host.revision == 0 ? "" : "-r\(host.revision)"
        if let machine = settings.estate?.machine(host.number) { return Machine(machine, suffix: suffix) }
        let octets = (0..<4).map { _ in random.hex(2) }
        return Machine(
            platform: system.platform, osVersion: system.os, build: system.build,
            hostname: "\(prefix)-\(host.number)\(suffix)", product: system.product, serial: random.hex(12).uppercased(),
            mac: "02-\(octets.joined(separator: "-"))-\(random.hex(2))",
            address: "10.\(host.number >> 16 & 255).\(host.number >> 8 & 255).\(host.number & 255)")
    }

    static let products: [(name: String, vendor: String, cve: String, score: Double, severity: String)] = [
        ("Google Chrome", "Google LLC", "CVE-2023-2725", 8.8, "HIGH"),
        ("Mozilla Firefox", "Mozilla", "CVE-2023-4863", 8.8, "HIGH"),
        ("7-Zip", "Igor Pavlov", "CVE-2023-31102", 7.8, "HIGH"), ("OpenSSL", "OpenSSL", "CVE-2022-3602", 7.5, "HIGH"),
        ("Zoom", "Zoom Video Communications", "CVE-2023-39213", 9.8, "CRITICAL"),
        ("VLC media player", "VideoLAN", "CVE-2022-41325", 7.8, "HIGH"),
        ("PuTTY", "Simon Tatham", "CVE-2024-31497", 5.9, "MEDIUM"),
        ("Notepad++", "Notepad++ Team", "CVE-2023-40031", 7.8, "HIGH"),
        ("Python", "Python Software Foundation", "CVE-2023-24329", 7.5, "HIGH"),
        ("Wireshark", "Wireshark Foundation", "CVE-2023-0668", 6.5, "MEDIUM"),
    ]

    func applicationID(_ item: Item) -> String {
        var random = SplitMix(settings.seed, 3, item.host, item.number)
        return "\(cid)_\(random.hex(64))"
    }

    func vulnerabilityID(_ item: Item) -> String {
        var random = SplitMix(settings.seed, 4, item.host, item.number)
        return "\(hosts[item.host].id)_\(random.hex(32))"
    }

    func alertID(_ item: Item) -> String {
        "\(cid):ind:\(hosts[item.host].id):\(4_000_000 + item.host)-\(10_000 + item.number)-\(item.host % 97)"
    }

    func applicationVersion(_ item: Item) -> String { application(item).version }

    func application(_ item: Item) -> (name: String, vendor: String, version: String) {
        if let known = settings.estate?.application(item.number, of: item.host, isUpdated: item.revision > 0) {
            return (known.product.title, known.product.publisher, known.version)
        }
        let product = Self.products[item.number % Self.products.count]
        return (product.name, product.vendor, "\(10 + item.number).\(item.host % 7).\(item.revision)")
    }

    func vulnerability(_ item: Item) -> (name: String, cve: String, score: Double, severity: String) {
        if let (application, weakness) = settings.estate?.weakness(item.number, of: item.host) {
            return (
                "\(application.product.title) \(application.version)", weakness.cve, weakness.score,
                weakness.severity.uppercased()
            )
        }
        let product = Self.products[(item.number + item.host) % Self.products.count]
        return (product.name, product.cve, product.score, product.severity)
    }

    /// 0 to 100; hosts that changed were looked at again.
    func assessment(_ host: Host) -> Int {
        var random = SplitMix(settings.seed, 5, host.number, host.revision)
        return Int.random(in: 0...100, using: &random)
    }
}

extension FalconFleet.Machine {
    /// A machine that others know too, in Falcon's words.
    fileprivate init(_ machine: Estate.Machine, suffix: String) {
        switch machine.family {
        case .windows where machine.isServer:
            (platform, osVersion, build, product) = ("Windows", "Windows Server 2019", "17763", "Server")
        case .windows: (platform, osVersion, build, product) = ("Windows", "Windows 11", "26200", "Workstation")
        case .mac: (platform, osVersion, build, product) = ("Mac", "Sequoia (15)", "24G222", "Workstation")
        case .linux: (platform, osVersion, build, product) = ("Linux", "Debian GNU 12", "", "Server")
        }
        hostname = machine.hostname + suffix
        serial = machine.serial
        mac = machine.mac.joined(separator: "-")
        address = machine.address
    }
}
