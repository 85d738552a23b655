// swift-tools-version: 6.0
import PackageDescription

// The native library: on Linux the linker is told where it is (-Xlinker -L...),
// on Apple's systems it is a framework that scripts/xcframework.sh lays out.
#if os(Linux)
let native = Target.systemLibrary(name: "AnnulFFI")
#else
let native = Target.binaryTarget(name: "AnnulFFI", path: "AnnulFFI.xcframework")
#endif

let package = Package(
    name: "annul",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Annul", targets: ["Annul"])],
    targets: [
        native,
        // Generated, not committed, and not an interface.
        .target(name: "AnnulGenerated", dependencies: ["AnnulFFI"]),
        .target(
            name: "Annul",
            dependencies: ["AnnulGenerated"],
            resources: [.copy("PrivacyInfo.xcprivacy")]
        ),
        .testTarget(name: "AnnulTests", dependencies: ["Annul", "AnnulGenerated"]),
    ]
)
