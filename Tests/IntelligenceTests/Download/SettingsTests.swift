import Domain
import Intelligence
import Testing

@Suite("Where feeds are fetched from")
struct SettingsTests {
    @Test("a mirror has each feed at the path of its host and its path there")
    func mirror() throws {
        let settings = try DownloadSettings(environment: ["GARRISON_INTEL_MIRROR": "https://mirror.example/feeds/"])
        let locations = settings.locations(year: 2026)
        #expect(locations.allSatisfy { $0.url.hasPrefix("https://mirror.example/feeds/") })
        let nvd = try #require(locations.first { $0.fileName == "nvdcve-2.0-2026.json.gz" })
        let folder = "https://mirror.example/feeds/nvd.nist.gov/feeds/json/cve/2.0"
        #expect(nvd.url == "\(folder)/nvdcve-2.0-2026.json.gz")
        #expect(nvd.checksumURL == "\(folder)/nvdcve-2.0-2026.meta")
    }

    @Test("every source but VulnDB has a feed; NVD one for each year and one of changes, which comes last")
    func catalogue() {
        let locations = DownloadSettings().locations(year: 2026)
        #expect(Set(locations.map(\.source)) == Set(FeedImporters.sources).subtracting([.vulndb]))
        let nvd = locations.filter { $0.source == .nvd }.map(\.fileName)
        #expect(nvd.count == 26)
        #expect(nvd.first == "nvdcve-2.0-2002.json.gz")
        #expect(nvd.last == "nvdcve-2.0-modified.json.gz")
        #expect(Set(locations.map(\.fileName)).count == locations.count)
    }

    @Test("OSV's archives and NVD's first year can be chosen")
    func choice() throws {
        let settings = try DownloadSettings(environment: [
            "GARRISON_INTEL_OSV": "Rocky Linux, npm", "GARRISON_INTEL_NVD_SINCE": "2024",
        ])
        let locations = settings.locations(year: 2026)
        #expect(
            locations.filter { $0.source == .osv }.map(\.url) == [
                "https://osv-vulnerabilities.storage.googleapis.com/Rocky%20Linux/all.zip",
                "https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip",
            ])
        #expect(locations.filter { $0.source == .osv }.map(\.fileName) == ["osv-rocky-linux.zip", "osv-npm.zip"])
        #expect(locations.filter { $0.source == .nvd }.count == 4)
        #expect(try DownloadSettings(environment: ["GARRISON_INTEL_OSV": "none"]).ecosystems.isEmpty)
    }

    @Test(
        "a setting that makes no sense is refused by its name",
        arguments: [
            ("GARRISON_INTEL_MIRROR", "ftp://mirror.example"), ("GARRISON_INTEL_MIRROR", "mirror"),
            ("GARRISON_INTEL_NVD_SINCE", "last year"), ("GARRISON_INTEL_NVD_SINCE", "1999"),
            ("HTTPS_PROXY", "socks5://127.0.0.1:1080"), ("http_proxy", "http://"),
        ])
    func refusals(_ name: String, _ value: String) {
        let error = #expect(throws: IntelligenceError.self) { try DownloadSettings(environment: [name: value]) }
        #expect(error?.message.contains(name.uppercased()) == true)
    }

    @Test("a proxy is asked for a tunnel, except for hosts that NO_PROXY names", arguments: [false, true])
    func proxy(_ isException: Bool) async throws {
        let folder = try DownloadFolder()
        defer { folder.remove() }
        try await FeedServer.with({ _ in .status(403) }) { server in
            let environment = [
                "http_proxy": server.url.replacing("http://", with: "http://user:secret@"),
                "NO_PROXY": isException ? "other.example,.invalid" : "other.example",
            ]
            let proxies = try ProxySettings(environment: environment)
            let error = try await folder.failure("http://feeds.invalid/kev.json") {
                $0.proxies = proxies
                // The proxy is there, on however busy a machine; the host is not.
                $0.connectTimeout = isException ? .milliseconds(500) : .seconds(10)
            }
            #expect(error.code == "download.offline")
            let first = server.requests.first
            #expect(first?.method == (isException ? nil : .CONNECT))
            #expect(first?.uri == (isException ? nil : "feeds.invalid:80"))
            #expect(first?.header("Proxy-Authorization") == (isException ? nil : "Basic dXNlcjpzZWNyZXQ="))
        }
    }
}
