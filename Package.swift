// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

/// A library target of this package: its folder, what it may import, and nothing else.
func module(
    _ name: String, path: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
    .target(name: name, dependencies: dependencies, path: path, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = true) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests",
        exclude: fixtures ? ["Fixtures"] : [], swiftSettings: settings)
}

func system(_ name: String, _ package: String, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: package, providers: [.apt([apt])])
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "garrison",
    products: [
        .executable(name: "garrison", targets: ["garrison"]),
        .executable(name: "garrison-agent", targets: ["garrison-agent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.33.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        system("CPostgres", "libpq", apt: "libpq-dev"),
        system("CZlib", "zlib", apt: "zlib1g-dev"),
        system("CLzma", "liblzma", apt: "liblzma-dev"),
        system("CZstd", "libzstd", apt: "libzstd-dev"),
        system("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
        system("CLDAP", "ldap", apt: "libldap2-dev"),
        .systemLibrary(name: "CMalloc", path: "Sources/System/CMalloc"),
        .systemLibrary(name: "CXattr", path: "Sources/System/CXattr"),
        .target(name: "CEpoll", path: "Sources/System/CEpoll"),

        module("Domain", path: "Sources/Domain"),
        module("Versions", path: "Sources/Engines/Versions", ["Domain"]),
        module("Risk", path: "Sources/Engines/Risk", ["Domain"]),
        module("Identification", path: "Sources/Engines/Identification", ["Domain"]),
        module("Response", path: "Sources/Engines/Response", ["Domain"]),
        module("Patching", path: "Sources/Engines/Patching", ["Domain"]),
        // Small tables that are data and not code: embedded, because engines read no files.
        module(
            "Scanner", path: "Sources/Engines/Scanner", ["Domain", "Versions", "Risk"],
            resources: [.embedInCode("Identity/known-software.json"), .embedInCode("Scan/end-of-life.json")]),
        module(
            "Intelligence", path: "Sources/Intelligence",
            ["Domain", "Risk", "Versions", "CZlib", "CLzma", "CZstd", crypto, httpClient, nioCore, nioHTTP, nioPosix]),
        module(
            "Postgres", path: "Sources/DataLayer/Postgres",
            ["Domain", "CPostgres", "CEpoll", collections, logging]),
        module("Cluster", path: "Sources/DataLayer/Cluster", ["Domain", logging]),
        module(
            "Store", path: "Sources/DataLayer/Store",
            [
                "Domain", "Postgres", "Patching", "Scanner", "Risk", "Response", "Versions", "Intelligence",
                "Identification",
                crypto,
                logging,
            ]),
        module(
            "Identity", path: "Sources/Identity", ["Domain", crypto, cryptoExtras]),
        module(
            "Notifications", path: "Sources/Integrations/Notifications",
            ["Domain", crypto, httpClient, nioCore, nioHTTP]
        ),
        module(
            "Objects", path: "Sources/Integrations/Objects",
            ["CXattr", "Domain", crypto, cryptoExtras, httpClient, nioCore, nioHTTP, nioPosix]),
        module(
            "API", path: "Sources/API",
            [
                "Domain", "Store", "Patching", "Scanner", "Risk", "Intelligence", "Identity", "Inventories",
                "Notifications", "Objects", "AgentProtocol", "Connectors", "Reports", hummingbird,
                httpTypes, lifecycle, logging, nioCore, nioHTTPTypes,
            ]),
        module(
            "Presentation", path: "Sources/Presentation",
            ["Domain", "API", "Connectors", "Patching", "Store", "Identity", "Risk", hummingbird, httpTypes]),
        module("Inventories", path: "Sources/Inventories", ["Domain"]),
        module(
            "Connectors", path: "Sources/Connectors",
            ["CLDAP", "Domain", "Inventories", crypto, cryptoExtras, httpClient, nioCore, nioHTTP, nioPosix, yams]),
        module("Reports", path: "Sources/Reports", ["Domain", "Risk", "Scanner", "Inventories"]),
        module("Agent", path: "Sources/Agent", ["Domain", "Inventories", "CSQLite"]),
        module("AgentProtocol", path: "Sources/AgentProtocol", ["Domain", "Inventories", crypto]),
        module(
            "AgentRuntime", path: "Sources/AgentRuntime",
            [
                "Agent", "AgentProtocol", "CMalloc", "Domain", "Inventories", "Versions", arguments, httpClient,
                nioCore,
                nioHTTP, nioPosix, nioSSL, unixSignals,
            ]),
        .executableTarget(
            name: "garrison-agent", dependencies: ["AgentRuntime", "Domain", arguments], path: "Sources/garrison-agent",
            swiftSettings: settings),
        .executableTarget(
            name: "garrison",
            dependencies: [
                "Domain", "Versions", "Risk", "Response", "Patching", "Scanner", "Intelligence", "Postgres", "Cluster",
                "Store",
                "Identity", "API", "Presentation", "Agent", "AgentRuntime", "Connectors", "Inventories",
                "Notifications", "Objects", "Reports", "Simulators", arguments,
                hummingbird,
                httpClient,
                httpTypes,
                cryptoExtras,
                lifecycle, logging, unixSignals,
                nioCore, nioPosix, yams,
            ],
            path: "Sources/garrison", swiftSettings: settings),
        module(
            "TestSupport", path: "Tests/TestSupport",
            ["Domain", "Cluster", "Objects", "Postgres", "Store", "Scanner", "Identity", logging]),
        module("TestRandomness", path: "Tests/TestRandomness"),
        tests("Cluster", ["Cluster", "Postgres", "TestSupport"], fixtures: false),
        tests(
            "Store",
            [
                "Domain", "Patching", "Postgres", "Risk", "Scanner", "Store", "Identity", "TestRandomness",
                "TestSupport",
            ],
            fixtures: false),
        .executableTarget(
            name: "garrison-bench",
            dependencies: [
                "API", "Connectors", "Domain", "Identity", "Objects", "Postgres", "Cluster", "Risk", "Scanner",
                "Simulators",
                "Store",
                "CZlib", arguments,
                hummingbird, lifecycle, logging, unixSignals,
            ],
            path: "Benchmarks", swiftSettings: settings),
        tests(
            "API",
            [
                "API", "AgentProtocol", "Cluster", "Domain", "Identity", "Inventories", "Notifications", "Objects",
                "Postgres", "Presentation",
                "Reports", "Risk", "Simulators", "Store", "TestSupport", crypto, hummingbird, lifecycle, logging,
                nioCore,
            ], fixtures: false),
        tests("Identity", ["Domain", "Identity"], fixtures: false),
        tests(
            "Objects", ["Domain", "Objects", "TestSupport", crypto, httpClient, nioCore, nioHTTP]),
        tests("Notifications", ["Domain", "Notifications", "TestSupport", crypto], fixtures: false),
        .executableTarget(
            name: "garrison-fuzz",
            dependencies: [
                "Domain", "Versions", "Risk", "Scanner", "Intelligence", "Inventories", "Agent", "API", "Connectors",
                arguments,
            ],
            path: "fuzz", exclude: ["corpus"], swiftSettings: settings),
        tests(
            "Browser",
            [
                "Cluster", "Domain", "Identity", "Inventories", "Notifications", "Postgres", "Simulators", "Store",
                "TestSupport", httpClient, nioCore,
            ], fixtures: false),
        tests("Presentation", ["Connectors", "Domain", "Patching", "Presentation", "Risk", "Store"], fixtures: false),
        tests("Versions", ["Domain", "TestRandomness", "TestSupport", "Versions"]),
        module("Simulators", path: "Simulators/Library", [crypto, cryptoExtras, nioCore, nioHTTP, nioPosix]),
        .executableTarget(
            name: "garrison-simulators", dependencies: ["Simulators", arguments], path: "Simulators/Program",
            swiftSettings: settings),
        tests("Connectors", ["Connectors", "Domain", "Simulators", "TestSupport", nioCore, nioPosix]),
        tests("Postgres", ["Domain", "Postgres", "Cluster", "TestRandomness", logging], fixtures: false),
        tests(
            "Intelligence",
            [
                "Domain", "Intelligence", "Postgres", "Store", "TestRandomness", "TestSupport", crypto, nioCore,
                nioHTTP,
                nioPosix,
            ]),
        tests("Risk", ["Domain", "Risk", "TestRandomness"]),
        tests("Identification", ["Domain", "Identification", "TestRandomness"], fixtures: false),
        tests("Response", ["Domain", "Response", "TestRandomness"], fixtures: false),
        tests("Patching", ["Domain", "Patching", "TestRandomness"], fixtures: false),
        tests("Scanner", ["Domain", "Versions", "Scanner", "TestRandomness"], fixtures: false),
        tests("Fuzz", ["TestSupport"], fixtures: false),
        tests("ScanCommand", ["Domain", "Risk", "TestSupport", "Versions"]),
        tests("Inventories", ["Domain", "Inventories", "TestRandomness"]),
        tests(
            "CommandLine",
            ["Cluster", "Domain", "Identity", "Inventories", "Postgres", "Simulators", "Store", "TestSupport"],
            fixtures: false),
        tests("Agent", ["Agent", "Domain", "Inventories", "TestRandomness", "TestSupport"], fixtures: false),
        tests(
            "AgentRuntime",
            [
                "AgentProtocol", "AgentRuntime", "Domain", "Identity", "Inventories", "Postgres", "Store",
                "TestRandomness", "TestSupport",
            ],
            fixtures: false),
        tests("Architecture", [], fixtures: false),
        tests("EndToEnd", ["Cluster", "Postgres", "TestSupport"], fixtures: false),
    ]
)
