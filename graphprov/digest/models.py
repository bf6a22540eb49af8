"""The rules for models: estimators of scikit-learn, modules and tensors of torch, boosted trees.

None of the libraries is imported before one of its objects is met.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graphprov.digest.objects import Part, Walk, register
from graphprov.errors import InvalidInput

_PLAIN = (bool, int, float, str, type(None))


def _estimator(value: Any, walk: Walk) -> Iterator[Part]:
    """An estimator of scikit-learn: class, parameters, fitted state."""
    state = dict(value.__getstate__())
    state.pop("_sklearn_version", None)
    yield walk.of(type(value))
    yield walk.of(value.get_params(deep=False))
    yield walk.of(state)


def _tensor(value: Any, walk: Walk) -> Iterator[Part]:
    """torch.Tensor, Parameter: type, shape, data in C order, wherever it lies; not whether it asks for gradients."""
    import torch

    tensor = value.detach()
    if tensor.is_meta or tensor.is_quantized:
        raise InvalidInput(
            f"a {'meta' if tensor.is_meta else 'quantized'} tensor has no digest",
            hint="load its data, or give tensor.dequantize()"
            if tensor.is_quantized
            else "it has no data: load it first",
        )
    if tensor.layout is not torch.strided:
        tensor = tensor.to_sparse_coo().coalesce()
        yield b"sparse"
        yield str(tuple(tensor.shape)).encode()
        yield walk.of(tensor.indices())
        yield walk.of(tensor.values())
        return
    tensor = tensor.cpu().resolve_conj().resolve_neg().contiguous()
    yield str(tensor.dtype).removeprefix("torch.").encode()
    if tensor.dtype == torch.bfloat16:  # numpy has no such numbers: their bits are seen as integers
        tensor = torch.where(torch.isnan(tensor), torch.full_like(tensor, torch.nan), tensor).view(torch.int16)
    elif tensor.dtype.itemsize == 1 and tensor.dtype.is_floating_point:
        tensor = tensor.view(torch.uint8)
    yield walk.of(tensor.numpy())


def _module(value: Any, walk: Walk) -> Iterator[Part]:
    """torch.nn.Module: class and plain public attributes of each module in it, then the state dict.

    The attributes are there because a rate of dropout or a kind of padding is in no state dict. Whether it is in
    training mode does not count.
    """
    for name, part in sorted(value.named_modules()):
        yield name.encode()
        yield walk.of(type(part))
        plain = {
            key: item
            for key, item in vars(part).items()
            if not key.startswith("_") and key != "training" and _is_plain(item)
        }
        yield walk.of(plain)
    yield walk.of(dict(value.state_dict()))


def _is_plain(value: Any) -> bool:
    return type(value) in _PLAIN or (type(value) in (tuple, list) and all(map(_is_plain, value)))


def _xgboost(value: Any, walk: Walk) -> Iterator[Part]:
    """xgboost.Booster: its JSON form without the version of xgboost."""
    model = json.loads(bytes(value.save_raw("json")))
    model.pop("version", None)
    yield walk.of(model)


def _lightgbm(value: Any, _: Walk) -> Iterator[Part]:
    """lightgbm.Booster: the trees of its text form, without the version and the parameters of the training."""
    text = value.model_to_string(num_iteration=-1).partition("\nparameters:")[0]
    yield "\n".join(line for line in text.splitlines() if not line.startswith("version=")).encode()


register("sklearn.base.BaseEstimator", _estimator)
for _name in ("torch.Tensor", "torch._tensor.Tensor"):
    register(_name, _tensor, name="torch.Tensor")
register("torch.nn.modules.module.Module", _module, name="torch.nn.Module")
register("xgboost.core.Booster", _xgboost)
register("lightgbm.basic.Booster", _lightgbm)
