//! Whether a request has opened a connection, or gone over one that was kept from before.

use std::cell::Cell;
use std::future::Future;

use tower::util::MapRequestLayer;

tokio::task_local! {
    static HAS_DIALLED: Cell<bool>;
}

/// Whether a connection was opened for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialled {
    Yes,
    No,
}

/// Notes, within [`watch`], that a connection is opened.
pub(crate) fn layer<R>() -> MapRequestLayer<fn(R) -> R> {
    MapRequestLayer::new(note)
}

fn note<R>(request: R) -> R {
    // Outside of a watched request there is nobody to tell.
    let _ = HAS_DIALLED.try_with(|dialled| dialled.set(true));
    request
}

/// A call, and whether a connection was opened for it.
pub(crate) async fn watch<T>(call: impl Future<Output = T>) -> (T, Dialled) {
    HAS_DIALLED
        .scope(Cell::new(false), async {
            let result = call.await;
            let dialled = HAS_DIALLED.with(Cell::get);
            (result, if dialled { Dialled::Yes } else { Dialled::No })
        })
        .await
}
